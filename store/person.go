package store

import (
	"context"
	"database/sql"
	"errors"
	"strings"

	"microcourt/store/court"
)

// Ways in which a person's identity is verified.
const (
	VerifiedInPerson   = "in_person"   // a clerk saw the person and the document
	VerifiedByCourt    = "case_system" // the court's case system vouches for it
	VerifiedByDemoData = "demo"        // people of --demo

	VerifiedByAuthority = "authority" // an authority knows the document, and the face before the camera is its holder's
	VerifiedByReview    = "review"    // members of staff looked at the document and at a recording
)

// PersonData is what the program is told about a person. Empty fields are not known.
type PersonData struct {
	Name     string
	Phone    string // as typed; see normalPhone
	IDType   string
	IDNumber string
}

// Person is somebody who signs in or takes part in a case, as may be shown: numbers are masked.
type Person struct {
	ID        string
	Name      string
	Phone     string // masked
	IDType    string
	IDNumber  string // masked
	Lang      string
	CreatedAt int64
	// Verified says how the identity was verified, or is nil.
	Verified *Verification
}

// Verification is the newest verification of a person's identity that holds.
type Verification struct {
	Method string `json:"method"`
	At     int64  `json:"at"`
	By     string `json:"by"` // name of the member of staff, empty where nobody of the court looked
}

// SetLanguage notes in which language, "zh" or "en", the program writes to a person.
func (s *Store) SetLanguage(ctx context.Context, personID, lang string) error {
	return s.write(ctx, func(ctx context.Context, tx *Tx) error {
		_, err := tx.exec(ctx, "UPDATE person SET lang = $1 WHERE id = $2 AND lang <> $1", lang, personID)
		return err
	})
}

// Person gives a person by id, or court.ErrNotFound.
func (s *Store) Person(ctx context.Context, id string) (*Person, error) {
	p := Person{ID: id}
	var phone, number []byte
	err := s.row(ctx, "SELECT name, phone_enc, id_type, id_number_enc, lang, created_at FROM person WHERE id = $1", id).
		Scan(&p.Name, &phone, &p.IDType, &number, &p.Lang, &p.CreatedAt)
	if err != nil {
		return nil, notFound(err)
	}
	if p.Phone, err = s.keys.Open(phone); err != nil {
		return nil, err
	}
	if p.IDNumber, err = s.keys.Open(number); err != nil {
		return nil, err
	}
	p.Phone, p.IDNumber = MaskPhone(p.Phone), MaskIDNumber(p.IDNumber)
	var v Verification
	err = s.row(ctx, `SELECT v.method, v.at, COALESCE(b.name, '') FROM verification v LEFT JOIN person b ON b.id = v.by_person
		WHERE v.person_id = $1 AND v.revoked_at IS NULL ORDER BY v.at DESC, v.id DESC LIMIT 1`, id).Scan(&v.Method, &v.At, &v.By)
	if errors.Is(err, sql.ErrNoRows) {
		return &p, nil
	}
	p.Verified = &v
	return &p, err
}

// personByPhone gives the id of the person with a phone number, "" where it is not known.
func (tx *Tx) personByPhone(ctx context.Context, phone string) (string, error) {
	phone, err := normalPhone(phone)
	if err != nil {
		return "", err
	}
	return tx.personBy(ctx, "phone_mac", tx.s.phoneMAC(phone))
}

// personByIDNumber gives the id of the person with an identity document, "" where it is not known.
func (tx *Tx) personByIDNumber(ctx context.Context, idType, number string) (string, error) {
	return tx.personBy(ctx, "id_number_mac", tx.s.idNumberMAC(idType, number))
}

func (tx *Tx) personBy(ctx context.Context, column string, mac []byte) (id string, err error) {
	if mac == nil {
		return "", nil
	}
	err = tx.row(ctx, "SELECT id FROM person WHERE "+column+" = $1", mac).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return id, err
}

// phoneMAC is the look-up hash of a normalised phone number.
func (s *Store) phoneMAC(phone string) []byte { return s.keys.MAC("phone", phone) }

func (s *Store) idNumberMAC(idType, number string) []byte {
	number = normalIDNumber(number)
	if number == "" {
		return nil
	}
	return s.keys.MAC("id_number", idType+":"+number)
}

// normalIDNumber makes one form of what people and systems write in several: no spaces, capital letters.
func normalIDNumber(number string) string {
	return strings.ToUpper(strings.Join(strings.Fields(number), ""))
}

// createPerson makes a person. A phone or document that another person has is court.ErrInvalid.
func (tx *Tx) createPerson(ctx context.Context, p PersonData) (id string, err error) {
	id = NewID()
	if _, err = tx.exec(ctx, "INSERT INTO person (id, name, created_at, updated_at) VALUES ($1, '', $2, $2)", id, tx.now); err != nil {
		return "", err
	}
	return id, tx.updatePerson(ctx, id, p)
}

// updatePerson changes the fields that are given and leaves the others. A new phone number ends the person's sessions:
// they were opened by whoever had the old one.
func (tx *Tx) updatePerson(ctx context.Context, id string, p PersonData) error {
	if p.Name != "" {
		if _, err := tx.exec(ctx, "UPDATE person SET name = $2, updated_at = $3 WHERE id = $1 AND name <> $2", id, p.Name, tx.now); err != nil {
			return err
		}
	}
	if p.Phone != "" {
		if err := tx.setPhone(ctx, id, p.Phone, ""); err != nil {
			return err
		}
	}
	if p.IDNumber != "" {
		return tx.setIDNumber(ctx, id, p.IDType, p.IDNumber)
	}
	return nil
}

// setPhone ends the person's sessions where there was another number, but for the one to keep ("" keeps none).
func (tx *Tx) setPhone(ctx context.Context, id, typed, keep string) error {
	phone, err := normalPhone(typed)
	if err != nil {
		return err
	}
	owner, err := tx.personByPhone(ctx, phone)
	if err != nil || owner == id {
		return err
	}
	if owner != "" {
		return court.ErrInvalid.In("phone")
	}
	var had bool
	if err := tx.row(ctx, "SELECT phone_mac IS NOT NULL FROM person WHERE id = $1"+tx.lock, id).Scan(&had); err != nil {
		return notFound(err)
	}
	_, err = tx.exec(ctx, "UPDATE person SET phone_enc = $2, phone_mac = $3, updated_at = $4 WHERE id = $1",
		id, tx.s.keys.Seal(phone), tx.s.phoneMAC(phone), tx.now)
	if err != nil || !had {
		return err
	}
	if err := tx.forgetPasskeys(ctx, id); err != nil {
		return err
	}
	return tx.revokeSessions(ctx, id, keep)
}

func (tx *Tx) setIDNumber(ctx context.Context, id, idType, number string) error {
	owner, err := tx.personByIDNumber(ctx, idType, number)
	if err != nil || owner == id {
		return err
	}
	if owner != "" {
		return court.ErrInvalid.In("id_number")
	}
	_, err = tx.exec(ctx, "UPDATE person SET id_type = $2, id_number_enc = $3, id_number_mac = $4, updated_at = $5 WHERE id = $1",
		id, idType, tx.s.keys.Seal(normalIDNumber(number)), tx.s.idNumberMAC(idType, number), tx.now)
	return err
}

// verified reports whether a person's identity was verified and that holds.
func (tx *Tx) verified(ctx context.Context, personID string) (bool, error) {
	var n int
	err := tx.row(ctx, "SELECT COUNT(*) FROM verification WHERE person_id = $1 AND revoked_at IS NULL", personID).Scan(&n)
	return n > 0, err
}

// verifyPerson records that a person's identity was verified, and links the cases that wait for that. byPerson is the member of staff who saw it, or "".
func (tx *Tx) verifyPerson(ctx context.Context, personID, method, byPerson, note string) error {
	_, err := tx.exec(ctx, "INSERT INTO verification (id, person_id, method, by_person, note, at) VALUES ($1, $2, $3, $4, $5, $6)",
		NewID(), personID, method, byPerson, note, tx.now)
	if err != nil {
		return err
	}
	if err = tx.accessChanged(ctx, accessChange{PersonID: personID}); err == nil {
		_, err = tx.linkCases(ctx, personID)
	}
	return err
}

// VerifiedDocument gives in clear who a person is, for asking the court's own systems; court.ErrIdentityRequired for who isn't verified.
func (s *Store) VerifiedDocument(ctx context.Context, id string) (PersonData, error) {
	var d PersonData
	var number []byte
	err := s.row(ctx, `SELECT name, id_type, id_number_enc FROM person p WHERE id = $1
		AND EXISTS (SELECT 1 FROM verification v WHERE v.person_id = p.id AND v.revoked_at IS NULL)`, id).Scan(&d.Name, &d.IDType, &number)
	if errors.Is(err, sql.ErrNoRows) {
		return d, court.ErrIdentityRequired
	}
	if err != nil {
		return d, err
	}
	if d.IDNumber, err = s.keys.Open(number); err == nil && d.IDNumber == "" {
		err = court.ErrIdentityRequired
	}
	return d, err
}
