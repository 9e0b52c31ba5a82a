package store

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/json"
	"errors"
	"strings"

	"microcourt/store/court"
)

// Draft is a person's event before it has a number.
type Draft struct {
	CaseID    string
	Thread    string
	ID        string // given by the client; the same id is the same act
	PersonID  string
	SessionID string
	Kind      court.Kind
	Body      court.Body
}

// Appended says where an act stands in the record.
type Appended struct {
	Seq    int64 `json:"seq"`
	At     int64 `json:"at"`
	Repeat bool  `json:"-"` // it was there before
	// Published says to who is told by AppendThen that whoever listens to commits knows of the event already.
	Published bool `json:"-"`
}

// digest identifies what a draft says, for 'the same id with other content'.
func (d *Draft) digest() []byte {
	h := sha256.New()
	for _, part := range []string{d.CaseID, d.Thread, string(d.Kind)} {
		h.Write([]byte(part))
		h.Write([]byte{0})
	}
	h.Write(d.Body.JSON)
	return h.Sum(nil)
}

// plain reports whether appending the draft is nothing but a new row: such drafts are committed in groups. The
// others change read models with it and run as transactions of their own under the same locks.
func (d *Draft) plain() bool {
	return d.Body.Attachment == "" && d.Body.Target == 0 && d.Body.Participant == ""
}

// Append commits a person's event and says where it stands. It returns after the commit is durable. Errors are
// those of court.CheckInCase, ErrUnauthenticated for a session that has ended, ErrNotFound for a thread that is not
// the author's, ErrIDReused, and those of the kind's own rule.
func (s *Store) Append(ctx context.Context, d Draft) (Appended, error) {
	if !court.ValidID(d.ID) {
		return Appended{}, court.ErrInvalid.In("event")
	}
	if !d.plain() {
		return s.appendRuled(ctx, &d)
	}
	j := &job{draft: &d}
	if err := s.groupsOf(&d).do(ctx, j); err != nil {
		return Appended{}, err
	}
	return j.appended, nil
}

// AppendThen is Append for who doesn't wait: then is told the outcome, once. It is called after the commit, and where an
// event has come about before that is published, or with Published; it must not block.
func (s *Store) AppendThen(ctx context.Context, d *Draft, then func(Appended, error)) {
	if !d.plain() || !court.ValidID(d.ID) {
		a, err := s.Append(ctx, *d)
		a.Published = err == nil
		then(a, err)
		return
	}
	s.groupsOf(d).begin(ctx, &job{draft: d, then: then})
}

// groupsOf gives who commits a draft's thread in groups.
func (s *Store) groupsOf(d *Draft) *groups {
	if s.engine == PostgreSQL {
		return s.committerOf(d.CaseID, d.Thread).groups
	}
	return s.writer.groups
}

// append is the plain append inside the writer's group, with standing and head from its caches. What the rules refuse is
// refused before anything is written; any other error breaks the group, because there is no savepoint to go back to.
func (w *sqliteWriter) append(ctx context.Context, tx *Tx, d *Draft) (Appended, error) {
	st, err := w.known.standing(ctx, tx, d)
	if err == nil {
		err = admit(d, st, memberRole(ctx, tx, d.CaseID))
	}
	var h head
	if err == nil {
		h, err = w.known.head(ctx, tx, d)
	}
	var a Appended
	if err == nil {
		a, err = tx.place(ctx, d, st.ParticipantID, d.Body.JSON, h)
	}
	if err == nil && !a.Repeat {
		w.known.heads[threadKey{d.CaseID, d.Thread}] = head{a.Seq, a.At}
	}
	var refused *court.Error
	if err != nil && !errors.As(err, &refused) {
		return Appended{}, &brokenError{err}
	}
	return a, err
}

// admitted loads the author's standing inside the transaction and checks the rules for the draft.
func (tx *Tx) admitted(ctx context.Context, d *Draft) (*court.Standing, error) {
	st, err := tx.standingOf(ctx, d)
	if err != nil {
		return nil, err
	}
	return st, admit(d, st, memberRole(ctx, tx, d.CaseID))
}

// standingOf loads the standing of a draft's author, nil for who is not in the case, and refuses a session that has
// ended.
func (tx *Tx) standingOf(ctx context.Context, d *Draft) (*court.Standing, error) {
	if err := tx.checkSession(ctx, d.SessionID, d.PersonID); err != nil {
		return nil, err
	}
	return tx.s.standing(ctx, tx, d.CaseID, d.PersonID, d.SessionID)
}

// admit checks everything that a draft needs but its number. member gives the role of an active participant who can
// sign in, or "" for anybody else.
func admit(d *Draft, st *court.Standing, member func(id string) (court.Role, error)) error {
	act, ok := court.KindActs[d.Kind]
	if !ok {
		return court.ErrInvalid.In("kind")
	}
	th, parseErr := court.ParseThread(d.Thread)
	if parseErr == nil && th.Kind == court.ThreadBench && st != nil && st.SpeechBarred {
		free := *st // whoever may not speak to the others can still turn to the judges
		free.SpeechBarred = false
		st = &free
	}
	if err := court.CheckInCase(act, st); err != nil {
		return err
	}
	if parseErr != nil {
		return parseErr
	}
	if !th.Reads(st) {
		return court.ErrNotFound
	}
	switch th.Kind {
	case court.ThreadRoom:
		return nil
	case court.ThreadPair:
		other := th.A
		if other == st.ParticipantID {
			other = th.B
		}
		role, err := member(other)
		if err != nil {
			return err
		}
		if role == "" {
			return court.ErrNotFound
		}
	case court.ThreadBench:
		role, err := member(th.A)
		if err != nil {
			return err
		}
		if role == "" || role == court.RoleJudge {
			return court.ErrNotFound
		}
	}
	if th.Kind == court.ThreadService || d.Kind == court.KindLocation || d.Kind == court.KindSpeech {
		return court.ErrInvalid.In("thread")
	}
	return nil
}

// memberRole gives the role of an active participant who can sign in, or "".
func memberRole(ctx context.Context, q queryer, caseID string) func(id string) (court.Role, error) {
	return func(id string) (role court.Role, err error) {
		err = q.row(ctx, "SELECT role FROM participant WHERE case_id = $1 AND id = $2 AND removed_at IS NULL AND person_id IS NOT NULL", caseID, id).Scan(&role)
		if errors.Is(err, sql.ErrNoRows) {
			return "", nil
		}
		return role, err
	}
}

// number gives the draft its place in the thread and inserts it, unless its id is there already.
func (tx *Tx) number(ctx context.Context, d *Draft, by string, body json.RawMessage) (Appended, error) {
	h, err := tx.lockHead(ctx, d.CaseID, d.Thread)
	if err != nil {
		return Appended{}, err
	}
	return tx.place(ctx, d, by, body, h)
}

// lockHead locks a thread, made where it isn't there yet, and says how far it is.
func (tx *Tx) lockHead(ctx context.Context, caseID, thread string) (h head, err error) {
	read := func() error {
		return tx.row(ctx, "SELECT last_seq, last_at FROM thread WHERE case_id = $1 AND name = $2"+tx.lock, caseID, thread).Scan(&h.seq, &h.at)
	}
	if err = read(); errors.Is(err, sql.ErrNoRows) {
		if _, err = tx.exec(ctx, "INSERT INTO thread (case_id, name, last_seq, last_at) VALUES ($1, $2, 0, 0) ON CONFLICT DO NOTHING", caseID, thread); err == nil {
			err = read()
		}
	}
	return h, err
}

// place inserts the draft behind the head of its thread, which the transaction has locked.
func (tx *Tx) place(ctx context.Context, d *Draft, by string, body json.RawMessage, h head) (Appended, error) {
	if d.Body.Quote > h.seq {
		return Appended{}, court.ErrInvalid.In("body.quote")
	}
	ev := court.Event{CaseID: d.CaseID, Thread: d.Thread, Seq: h.seq + 1, ID: d.ID, At: max(tx.now, h.at), By: by, Kind: d.Kind, Body: body}
	digest := d.digest()
	inserted, err := tx.exec(ctx, `INSERT INTO event (case_id, thread, seq, id, at, by_person, by_id, session_id, kind, body, words, digest, salt)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) ON CONFLICT (id, by_person) DO NOTHING`,
		ev.CaseID, ev.Thread, ev.Seq, ev.ID, ev.At, d.PersonID, ev.By, d.SessionID, string(ev.Kind), string(ev.Body), strings.ToLower(d.Body.Words), digest, newSalt())
	if err != nil {
		return Appended{}, err
	}
	if inserted == 0 {
		return tx.repeated(ctx, d, digest)
	}
	if _, err := tx.exec(ctx, "UPDATE thread SET last_seq = $3, last_at = $4 WHERE case_id = $1 AND name = $2", ev.CaseID, ev.Thread, ev.Seq, ev.At); err != nil {
		return Appended{}, err
	}
	tx.events = append(tx.events, ev)
	return Appended{Seq: ev.Seq, At: ev.At}, nil
}

// repeated answers for an id that the author used before.
func (tx *Tx) repeated(ctx context.Context, d *Draft, digest []byte) (Appended, error) {
	a := Appended{Repeat: true}
	var was []byte
	err := tx.row(ctx, "SELECT seq, at, digest FROM event WHERE by_person = $1 AND id = $2", d.PersonID, d.ID).Scan(&a.Seq, &a.At, &was)
	if err != nil {
		return Appended{}, err
	}
	if !bytes.Equal(was, digest) {
		return Appended{}, court.ErrIDReused
	}
	return a, nil
}

// appendSystem appends an event that the server makes by itself, within an act whose rule was checked, with its read models. person and
// by are empty for the court's system.
func (tx *Tx) appendSystem(ctx context.Context, caseID, thread string, kind court.Kind, person, by string, body any) error {
	text, err := json.Marshal(body)
	if err != nil {
		return err
	}
	d := &Draft{CaseID: caseID, Thread: thread, ID: NewID(), PersonID: person, Kind: kind, Body: court.Body{JSON: text}}
	if _, err = tx.number(ctx, d, by, text); err != nil {
		return err
	}
	return tx.apply(ctx, &tx.events[len(tx.events)-1])
}

const saltSize = 16

// newSalt blinds the event's leaf in the seal of its thread.
func newSalt() []byte {
	salt := make([]byte, saltSize)
	rand.Read(salt)
	return salt
}
