package store

import (
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"strings"

	"microcourt/store/court"
	"microcourt/store/court/hearing"
)

// Guest is somebody who has a place in one hearing alone.
type Guest struct {
	ID        string     `json:"id" doc:"a witness's seat"`
	Role      court.Role `json:"role" enum:"witness,observer"`
	Name      string     `json:"name"`
	Standing  string     `json:"standing,omitempty" doc:"证人, 鉴定人 ..."`
	Phone     string     `json:"phone"`
	InvitedAt int64      `json:"invited_at"`
	EnteredAt int64      `json:"entered_at,omitempty" doc:"an observer's; a witness's stands with its seat"`
	LeftAt    int64      `json:"left_at,omitempty"`
}

// Here reports whether an observer watches.
func (g *Guest) Here() bool { return g.EnteredAt > g.LeftAt }

// Bounds of guests.
const (
	MaxObservers    = 200 // of one hearing
	maxGuestName    = 40  // characters
	usualStanding   = "证人"
	maxGuestStature = 20
)

// GuestInvitation summons a witness, or lets an observer in, by name and phone number: with that number they sign in.
type GuestInvitation struct {
	RoomAct
	Hearing, Name, Phone, Standing string
}

func (n *GuestInvitation) check() (phone string, err error) {
	if strings.TrimSpace(n.Name) == "" {
		return "", court.ErrInvalid.In("name")
	}
	if err := court.CheckText(n.Name, maxGuestName, "name"); err != nil {
		return "", err
	}
	if err := court.CheckText(n.Standing, maxGuestStature, "standing"); err != nil {
		return "", err
	}
	return normalPhone(n.Phone)
}

// SummonWitness gives a witness (or expert) a seat in a hearing, which it can enter and sees nothing of before being called (人民法院在线诉讼规则 第二十六条). Errors: court.ErrGuestKnown.
func (s *Store) SummonWitness(ctx context.Context, n GuestInvitation) (seat string, err error) {
	phone, err := n.check()
	if err != nil {
		return "", err
	}
	if n.Standing == "" {
		n.Standing = usualStanding
	}
	// A number stands in no event, and no digest that could be tried out.
	asked := map[string]string{"hearing": n.Hearing, "name": n.Name, "standing": n.Standing, "phone": hex.EncodeToString(s.phoneMAC(phone))}
	_, err = s.roomAct(ctx, n.RoomAct, court.ActGuestInvite, court.KindHearingWitness, asked, func(ctx context.Context, x *acting) (any, error) {
		st, err := x.hearing(ctx, n.Hearing)
		switch {
		case err != nil:
			return nil, err
		case st.Status.Over():
			return nil, court.ErrHearingOver
		case len(st.Seats) >= hearing.MaxSeats:
			return nil, court.ErrTooLarge
		}
		id, err := x.invite(ctx, &n, phone, court.RoleWitness, x.CaseID)
		return hearing.SummonedBody{Hearing: st.ID, Seat: id, Name: n.Name, Standing: n.Standing}, err
	})
	if err != nil {
		return "", err
	}
	err = s.row(ctx, "SELECT g.id FROM hearing_guest g JOIN person p ON p.id = g.person_id WHERE g.hearing_id = $1 AND p.phone_mac = $2", n.Hearing, s.phoneMAC(phone)).Scan(&seat)
	return seat, notFound(err)
}

// invite notes a guest. Who takes part in the case, or is on the list already, isn't one.
func (tx *Tx) invite(ctx context.Context, n *GuestInvitation, phone string, role court.Role, caseID string) (id string, err error) {
	person, err := tx.personByPhone(ctx, phone)
	if err == nil && person == "" {
		person, err = tx.createPerson(ctx, PersonData{Phone: phone, Name: n.Name})
	}
	if err != nil {
		return "", err
	}
	var known int
	err = tx.row(ctx, `SELECT (SELECT COUNT(*) FROM participant WHERE case_id = $1 AND person_id = $2 AND removed_at IS NULL)
		+ (SELECT COUNT(*) FROM hearing_guest WHERE hearing_id = $3 AND person_id = $2 AND removed_at = 0)`, caseID, person, n.Hearing).Scan(&known)
	if err == nil && known > 0 {
		err = court.ErrGuestKnown.In("phone")
	}
	if err != nil {
		return "", err
	}
	id = NewID()
	_, err = tx.exec(ctx, "DELETE FROM hearing_guest WHERE hearing_id = $1 AND person_id = $2", n.Hearing, person)
	if err == nil {
		_, err = tx.exec(ctx, `INSERT INTO hearing_guest (id, hearing_id, case_id, person_id, role, name, standing, invited_by, invited_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
			id, n.Hearing, caseID, person, string(role), n.Name, n.Standing, n.PersonID, tx.now)
	}
	return id, err
}

// InviteObserver lets somebody watch a public hearing. Nothing of it stands in the room. Errors: court.ErrHearingPrivate, court.ErrGuestKnown.
func (s *Store) InviteObserver(ctx context.Context, n GuestInvitation) (id string, err error) {
	phone, err := n.check()
	if err != nil {
		return "", err
	}
	err = s.write(ctx, func(ctx context.Context, tx *Tx) error {
		st, err := tx.guestsOf(ctx, n.RoomAct, n.Hearing)
		if err != nil {
			return err
		}
		if st.Status.Over() {
			return court.ErrHearingOver
		}
		if !st.Public {
			return court.ErrHearingPrivate
		}
		var count int
		if err := tx.row(ctx, "SELECT COUNT(*) FROM hearing_guest WHERE hearing_id = $1 AND role = 'observer' AND removed_at = 0", n.Hearing).Scan(&count); err != nil {
			return err
		}
		if count >= MaxObservers {
			return court.ErrTooLarge
		}
		if id, err = tx.invite(ctx, &n, phone, court.RoleObserver, n.CaseID); err != nil {
			return err
		}
		return tx.audit(ctx, n.PersonID, court.ActGuestInvite, n.CaseID, "observer "+id, n.Address)
	})
	return id, err
}

// guestsOf gives a hearing of a case to who may rule its guests.
func (tx *Tx) guestsOf(ctx context.Context, a RoomAct, hearingID string) (*hearing.State, error) {
	if err := tx.checkSession(ctx, a.SessionID, a.PersonID); err != nil {
		return nil, err
	}
	st, err := tx.s.standing(ctx, tx, a.CaseID, a.PersonID, a.SessionID)
	if err == nil {
		err = court.CheckInCase(court.ActGuestInvite, st)
	}
	if err != nil {
		return nil, err
	}
	return readHearing(tx.row(ctx, "SELECT state FROM hearing WHERE case_id = $1 AND id = $2", a.CaseID, hearingID))
}

// RemoveObserver has somebody watch no longer.
func (s *Store) RemoveObserver(ctx context.Context, a RoomAct, hearingID, id string) error {
	return s.write(ctx, func(ctx context.Context, tx *Tx) error {
		if _, err := tx.guestsOf(ctx, a, hearingID); err != nil {
			return err
		}
		var person string
		err := tx.row(ctx, "SELECT person_id FROM hearing_guest WHERE hearing_id = $1 AND id = $2 AND role = 'observer' AND removed_at = 0", hearingID, id).Scan(&person)
		if err != nil {
			return notFound(err)
		}
		if _, err := tx.exec(ctx, "UPDATE hearing_guest SET removed_at = $2 WHERE id = $1", id, tx.now); err != nil {
			return err
		}
		if err := tx.accessChanged(ctx, accessChange{PersonID: person}); err != nil {
			return err
		}
		return tx.audit(ctx, a.PersonID, court.ActGuestInvite, a.CaseID, "observer "+id+" removed", a.Address)
	})
}

// Guests gives a hearing's guests, for the court.
func (s *Store) Guests(ctx context.Context, caseID, hearingID string) ([]Guest, error) {
	rows, err := s.query(ctx, `SELECT g.id, g.role, g.name, g.standing, p.phone_enc, g.invited_at, g.entered_at, g.left_at FROM hearing_guest g JOIN person p ON p.id = g.person_id
		WHERE g.case_id = $1 AND g.hearing_id = $2 AND g.removed_at = 0 ORDER BY g.invited_at, g.id`, caseID, hearingID)
	return collect(rows, err, func(r *sql.Rows) (g Guest, err error) {
		var phone []byte
		if err = r.Scan(&g.ID, &g.Role, &g.Name, &g.Standing, &phone, &g.InvitedAt, &g.EnteredAt, &g.LeftAt); err == nil {
			g.Phone, err = s.keys.Open(phone)
		}
		return g, err
	})
}

// HearingStanding gives the standing of who has a place in a hearing, nil for nobody: of the case's participants, with their participant id, or of a guest, with its own.
// sessionID is the session that acts there, "" for none.
func (s *Store) HearingStanding(ctx context.Context, hearingID, personID, sessionID string) (*court.Standing, error) {
	return s.hearingStanding(ctx, s, hearingID, personID, sessionID)
}

func (s *Store) hearingStanding(ctx context.Context, q queryer, hearingID, personID, sessionID string) (*court.Standing, error) {
	var caseID string
	err := q.row(ctx, "SELECT case_id FROM hearing WHERE id = $1", hearingID).Scan(&caseID)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	st, err := s.standing(ctx, q, caseID, personID, sessionID)
	if err != nil || st != nil {
		return st, err
	}
	st = &court.Standing{}
	err = q.row(ctx, "SELECT id, role FROM hearing_guest WHERE hearing_id = $1 AND person_id = $2 AND removed_at = 0", hearingID, personID).Scan(&st.ParticipantID, &st.Role)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return st, err
}

// ownSeatAct is an act of somebody with a seat, about that seat: of the case's, where the act names it, otherwise of the hearing's.
func (s *Store) ownSeatAct(ctx context.Context, a RoomAct, hearingID string, kind court.Kind, asked any, decide func(ctx context.Context, x *acting) (body any, err error)) (Appended, error) {
	if a.CaseID != "" {
		return s.roomAct(ctx, a, court.ActHearingAttend, kind, asked, decide)
	}
	return s.sitting(ctx, a, court.ActHearingSit, hearingID, kind, asked, decide)
}

// sitting is an act, in the room, of somebody with a place in a hearing.
func (s *Store) sitting(ctx context.Context, a RoomAct, act court.Act, hearingID string, kind court.Kind, asked any, decide func(ctx context.Context, x *acting) (body any, err error)) (Appended, error) {
	var err error
	if _, a.CaseID, err = s.HearingState(ctx, hearingID); err != nil {
		return Appended{}, err
	}
	who := func(ctx context.Context, tx *Tx, d *Draft) (*court.Standing, error) {
		if err := tx.checkSession(ctx, d.SessionID, d.PersonID); err != nil {
			return nil, err
		}
		st, err := s.hearingStanding(ctx, tx, hearingID, d.PersonID, d.SessionID)
		if err == nil {
			err = court.CheckInHearing(act, st)
		}
		if err == nil && st.Role == court.RoleObserver { // of whom the room knows nothing
			err = court.ErrForbidden
		}
		return st, err
	}
	room := func(context.Context, *Tx, *court.Standing) (string, error) { return court.RoomThread, nil }
	return s.actAs(ctx, a, act, kind, asked, who, room, decide)
}
