package store

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"microcourt/store/court"
)

func openPeople(t *testing.T) (*Store, string) {
	t.Helper()
	keys, err := NewKeys(bytes.Repeat([]byte("k"), 32))
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "record.db")
	s, err := Open(t.Context(), Config{Database: path, Keys: keys, NoticeVersion: "v1"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s, path
}

func in(t *testing.T, s *Store, fn func(ctx context.Context, tx *Tx) error) error {
	t.Helper()
	return s.write(t.Context(), fn)
}

func TestPeopleAreFoundByNumbersThatTheDatabaseDoesNotHold(t *testing.T) {
	s, path := openPeople(t)
	var id, byPhone, byNumber, otherType string
	err := in(t, s, func(ctx context.Context, tx *Tx) (err error) {
		id, err = tx.createPerson(ctx, PersonData{Name: "张伟", Phone: "+86 138 0000 0001", IDType: "resident", IDNumber: "11010519491231002x"})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	err = in(t, s, func(ctx context.Context, tx *Tx) (err error) {
		byPhone, err = tx.personByPhone(ctx, "138-0000-0001")
		if err == nil {
			byNumber, err = tx.personByIDNumber(ctx, "resident", "110105 19491231 002X")
		}
		if err == nil {
			otherType, err = tx.personByIDNumber(ctx, "passport", "11010519491231002X")
		}
		return err
	})
	if err != nil || byPhone != id || byNumber != id || otherType != "" {
		t.Fatalf("found %q, %q, %q, %v; want %q twice and nobody", byPhone, byNumber, otherType, err, id)
	}
	p, err := s.Person(t.Context(), id)
	if err != nil || p.Phone != "138****0001" || p.IDNumber != "110*************2X" || p.Verified != nil {
		t.Fatalf("read back %+v, %v", p, err)
	}
	for _, name := range []string{path, path + "-wal"} {
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, secret := range []string{"13800000001", "11010519491231002X", "11010519491231002x"} {
			if bytes.Contains(raw, []byte(secret)) {
				t.Errorf("%s holds %s", filepath.Base(name), secret)
			}
		}
	}
}

func TestANumberBelongsToOnePersonOnly(t *testing.T) {
	s, _ := openPeople(t)
	create := func(p PersonData) error {
		return in(t, s, func(ctx context.Context, tx *Tx) error { _, err := tx.createPerson(ctx, p); return err })
	}
	if err := create(PersonData{Name: "甲", Phone: "13800000001", IDType: "resident", IDNumber: "A1"}); err != nil {
		t.Fatal(err)
	}
	for field, p := range map[string]PersonData{"phone": {Phone: "13800000001"}, "id_number": {IDType: "resident", IDNumber: "a1"}} {
		err := create(p)
		if !errors.Is(err, court.ErrInvalid) || court.AsError(err).Field != field {
			t.Errorf("a second person with the same %s: %v", field, err)
		}
	}
}

func TestANewPhoneNumberEndsTheSessionsOpenedWithTheOldOne(t *testing.T) {
	s, _ := openPeople(t)
	var id, token string
	err := in(t, s, func(ctx context.Context, tx *Tx) (err error) {
		if id, err = tx.createPerson(ctx, PersonData{Phone: "13800000001"}); err == nil {
			_, token, err = tx.openSession(ctx, id, court.RolePerson, SessionData{})
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	update := func(p PersonData) {
		t.Helper()
		if err := in(t, s, func(ctx context.Context, tx *Tx) error { return tx.updatePerson(ctx, id, p) }); err != nil {
			t.Fatal(err)
		}
	}
	update(PersonData{Name: "张伟", Phone: "138 0000 0001"})
	if _, err := s.SessionByToken(t.Context(), token); err != nil {
		t.Fatalf("after the same number again: %v", err)
	}
	update(PersonData{Phone: "13800000002"})
	if _, err := s.SessionByToken(t.Context(), token); !errors.Is(err, court.ErrUnauthenticated) {
		t.Fatalf("after a new number: %v", err)
	}
	if p, err := s.Person(t.Context(), id); err != nil || p.Name != "张伟" || p.Phone != "138****0002" {
		t.Fatalf("read back %+v, %v", p, err)
	}
}

func TestTheNewestVerificationThatHoldsCounts(t *testing.T) {
	s, _ := openPeople(t)
	var id string
	err := in(t, s, func(ctx context.Context, tx *Tx) (err error) {
		var clerk string
		if clerk, err = tx.createPerson(ctx, PersonData{Name: "王书记员"}); err != nil {
			return err
		}
		if id, err = tx.createPerson(ctx, PersonData{Name: "张伟"}); err != nil {
			return err
		}
		if err = tx.verifyPerson(ctx, id, VerifiedByCourt, "", ""); err != nil {
			return err
		}
		return tx.verifyPerson(ctx, id, VerifiedInPerson, clerk, "护照")
	})
	if err != nil {
		t.Fatal(err)
	}
	p, err := s.Person(t.Context(), id)
	if err != nil || p.Verified == nil || p.Verified.Method != VerifiedInPerson || p.Verified.By != "王书记员" {
		t.Fatalf("got %+v, %v", p.Verified, err)
	}
}
