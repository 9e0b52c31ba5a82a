package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"

	"microcourt/store/court"
)

// RoomAct says who does something that stands in a case's room as one event.
type RoomAct struct {
	CaseID    string
	ID        string // given by the client; the same id is the same act
	PersonID  string
	SessionID string
	Address   string // for the audit
}

// acting is an act of the room while it is decided: its author's standing, and where its event will stand. The thread is
// locked, so that nothing else happens in the room meanwhile.
type acting struct {
	*Tx
	RoomAct
	thread string
	st     *court.Standing
	seq    int64
	at     int64  // Unix milliseconds; never before an earlier event of the room
	words  string // what search will find the event by
	// after does what follows of itself from the act, when its event stands in the room; nil for nothing.
	after func(ctx context.Context) error
}

// roomAct commits an act with rules and read models of its own as one event of the room. asked is what the client asked for, by
// which a repeat is known; decide sees whether it may be and gives the event's body, from which the read models follow. The same
// id again changes nothing and is not judged anew: an opinion that was in time stays so. Acts of the court's own people
// are audited.
func (s *Store) roomAct(ctx context.Context, a RoomAct, act court.Act, kind court.Kind, asked any, decide func(ctx context.Context, x *acting) (body any, err error)) (Appended, error) {
	room := func(context.Context, *Tx, *court.Standing) (string, error) { return court.RoomThread, nil }
	return s.threadAct(ctx, a, act, kind, asked, room, decide)
}

// threadAct is roomAct in the thread that threadOf gives.
func (s *Store) threadAct(ctx context.Context, a RoomAct, act court.Act, kind court.Kind, asked any,
	threadOf func(ctx context.Context, tx *Tx, st *court.Standing) (string, error), decide func(ctx context.Context, x *acting) (body any, err error)) (Appended, error) {
	return s.actAs(ctx, a, act, kind, asked, inCase(act), threadOf, decide)
}

// inCase gives the standing of an act's author in the case, where it may do the act.
func inCase(act court.Act) func(ctx context.Context, tx *Tx, d *Draft) (*court.Standing, error) {
	return func(ctx context.Context, tx *Tx, d *Draft) (*court.Standing, error) {
		st, err := tx.standingOf(ctx, d)
		if err == nil {
			err = court.CheckInCase(act, st)
		}
		return st, err
	}
}

// actAs is threadAct for an author whose standing who gives, or refuses. What somebody does who has no place in the case stands there as the court's system's.
func (s *Store) actAs(ctx context.Context, a RoomAct, act court.Act, kind court.Kind, asked any, who func(ctx context.Context, tx *Tx, d *Draft) (*court.Standing, error),
	threadOf func(ctx context.Context, tx *Tx, st *court.Standing) (string, error), decide func(ctx context.Context, x *acting) (body any, err error)) (Appended, error) {
	if !court.ValidID(a.ID) {
		return Appended{}, court.ErrInvalid.In("event")
	}
	text, err := json.Marshal(asked)
	if err != nil {
		return Appended{}, err
	}
	asks := Draft{CaseID: a.CaseID, ID: a.ID, PersonID: a.PersonID, SessionID: a.SessionID, Kind: kind, Body: court.Body{JSON: text}}
	var done Appended
	err = s.write(ctx, func(ctx context.Context, tx *Tx) error {
		d := asks
		st, err := who(ctx, tx, &d)
		if err != nil {
			return err
		}
		if d.Thread, err = threadOf(ctx, tx, st); err != nil {
			return err
		}
		h, err := tx.lockHead(ctx, d.CaseID, d.Thread)
		if err != nil {
			return err
		}
		if done, err = tx.repeated(ctx, &d, d.digest()); !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		if d.Thread == court.RoomThread {
			if h, err = tx.closeDue(ctx, d.CaseID, h); err != nil {
				return err
			}
		}
		x := &acting{Tx: tx, RoomAct: a, thread: d.Thread, st: st, seq: h.seq + 1, at: max(tx.now, h.at)}
		said, err := decide(ctx, x)
		if err != nil {
			return err
		}
		body, err := json.Marshal(said)
		if err != nil {
			return err
		}
		d.Body.Words = x.words
		by := st.ParticipantID
		if st.Role.Guest() {
			by = ""
		}
		if done, err = tx.place(ctx, &d, by, body, h); err != nil || done.Repeat {
			return err
		}
		if err = tx.apply(ctx, &tx.events[len(tx.events)-1]); err == nil && x.after != nil {
			err = x.after(ctx)
		}
		if err != nil || !st.Role.OfCourt() {
			return err
		}
		return tx.audit(ctx, a.PersonID, act, a.CaseID, string(kind), a.Address)
	})
	return done, err
}
