package store

import (
	"cmp"
	"context"
	"database/sql"
	"slices"

	"microcourt/store/court"
	"microcourt/store/court/hearing"
)

// Observe notes that an observer comes or goes. The room learns nothing of it; it is in the audit. Errors of coming are those of EnterHearing, and
// court.ErrHearingPrivate.
func (s *Store) Observe(ctx context.Context, n HearingEntry, comes bool) error {
	return s.write(ctx, func(ctx context.Context, tx *Tx) error {
		if err := tx.checkSession(ctx, n.SessionID, n.PersonID); err != nil {
			return err
		}
		st, err := s.hearingStanding(ctx, tx, n.Hearing, n.PersonID, n.SessionID)
		if err == nil {
			err = court.CheckInHearing(court.ActHearingSit, st)
		}
		if err == nil && st.Role != court.RoleObserver {
			err = court.ErrForbidden
		}
		if err != nil {
			return err
		}
		what, set := "observer left", "UPDATE hearing_guest SET left_at = $2 WHERE id = $1"
		if comes {
			what, set = "observer entered", "UPDATE hearing_guest SET entered_at = $2, left_at = 0 WHERE id = $1"
			h, err := readHearing(tx.row(ctx, "SELECT state FROM hearing WHERE id = $1", n.Hearing))
			if err != nil {
				return err
			}
			var caseID string
			if err := tx.row(ctx, "SELECT case_id FROM hearing WHERE id = $1", n.Hearing).Scan(&caseID); err != nil {
				return err
			}
			lacks, _, err := entryLacks(ctx, tx, EntryQuestion{CaseID: caseID, PersonID: n.PersonID, SessionID: n.SessionID, Standing: st, Hearing: h, Entry: n}, tx.now)
			if err != nil {
				return err
			}
			if len(lacks) > 0 {
				return lacks[0]
			}
		}
		if _, err := tx.exec(ctx, set, st.ParticipantID, tx.now); err != nil {
			return err
		}
		return tx.audit(ctx, n.PersonID, court.ActHearingSit, n.Hearing, what, n.Address)
	})
}

// GuestOf gives a person's own place as a guest of a hearing.
func (s *Store) GuestOf(ctx context.Context, hearingID, personID string) (g Guest, err error) {
	err = s.row(ctx, "SELECT id, role, name, standing, invited_at, entered_at, left_at FROM hearing_guest WHERE hearing_id = $1 AND person_id = $2 AND removed_at = 0", hearingID, personID).
		Scan(&g.ID, &g.Role, &g.Name, &g.Standing, &g.InvitedAt, &g.EnteredAt, &g.LeftAt)
	return g, notFound(err)
}

// Watching gives the observers who watch a hearing now.
func (s *Store) Watching(ctx context.Context, hearingID string) (map[string]bool, error) {
	rows, err := s.query(ctx, "SELECT id FROM hearing_guest WHERE hearing_id = $1 AND role = 'observer' AND removed_at = 0 AND entered_at > left_at", hearingID)
	ids, err := collect(rows, err, func(r *sql.Rows) (id string, err error) { return id, r.Scan(&id) })
	watching := make(map[string]bool, len(ids))
	for _, id := range ids {
		watching[id] = true
	}
	return watching, err
}

// AcceptRules notes that a guest has accepted the rules of a hearing, as somebody of the case does with the notice.
func (s *Store) AcceptRules(ctx context.Context, hearingID string, a NoticeAcceptance) error {
	return s.write(ctx, func(ctx context.Context, tx *Tx) error {
		if err := tx.checkSession(ctx, a.SessionID, a.PersonID); err != nil {
			return err
		}
		st, err := s.hearingStanding(ctx, tx, hearingID, a.PersonID, a.SessionID)
		if err == nil {
			err = court.CheckInHearing(court.ActGuestAccept, st)
		}
		if err != nil {
			return err
		}
		_, err = tx.exec(ctx, `INSERT INTO notice_acceptance (case_id, person_id, notice, version, sha256, session_id, at)
			SELECT case_id, $2, $3, $4, $5, $6, $7 FROM hearing WHERE id = $1 ON CONFLICT DO NOTHING`,
			hearingID, a.PersonID, court.NoticeHearing, a.Version, a.SHA256, a.SessionID, tx.now)
		return err
	})
}

// WitnessUndertaking is that a witness has promised to tell the truth. Document is the attachment that holds it as it was printed with the signature, the witness's own.
type WitnessUndertaking struct {
	RoomAct `json:"-"`
	hearing.UndertakingBody
	Document       string `json:"-"`
	DocumentSHA256 string `json:"-"`
}

type undertakenBody struct {
	hearing.UndertakingBody
	Document ExhibitPage `json:"document"`
}

// Undertake puts it into the room, by the text whose version and hash are given. court.ErrHearingOver after the hearing.
func (s *Store) Undertake(ctx context.Context, n WitnessUndertaking) (Appended, error) {
	return s.sitting(ctx, n.RoomAct, court.ActUndertake, n.Hearing, court.KindHearingUndertaking, n, func(ctx context.Context, x *acting) (any, error) {
		st, err := x.hearing(ctx, n.Hearing)
		if err == nil && st.Status.Over() {
			err = court.ErrHearingOver
		}
		if err != nil {
			return nil, err
		}
		b := undertakenBody{UndertakingBody: n.UndertakingBody}
		b.Seat = x.st.ParticipantID
		b.Document, err = x.takePrinted(ctx, n.Document, n.DocumentSHA256)
		return b, err
	})
}

// RulesAcceptedAt gives when somebody has accepted a version of the rules of a hearing, 0 for never.
func (s *Store) RulesAcceptedAt(ctx context.Context, hearingID, personID, version string) (int64, error) {
	_, caseID, err := s.HearingState(ctx, hearingID)
	if err != nil {
		return 0, err
	}
	return acceptedAt(ctx, s, caseID, personID, court.NoticeHearing, version)
}

// MyHearing is a hearing on somebody's list. Of the case a guest learns nothing.
type MyHearing struct {
	ID           string         `json:"id"`
	Case         string         `json:"case,omitempty" doc:"left out for who has a place in the hearing alone"`
	DocketNumber string         `json:"docket_number,omitempty"`
	Court        string         `json:"court"`
	Title        string         `json:"title"`
	Type         hearing.Type   `json:"type" enum:"trial,pretrial,inquiry,mediation"`
	Mode         hearing.Mode   `json:"mode" enum:"synchronous,asynchronous"`
	Status       hearing.Status `json:"status" enum:"scheduled,open,in_session,adjourned,closed,cancelled,offline"`
	At           int64          `json:"at"`
	Minutes      int            `json:"minutes"`
	Role         court.Role     `json:"role" enum:"party,representative,judge,clerk,witness,observer"`
}

// keptHearings is how long a hearing that is over stays on people's lists, milliseconds.
const keptHearings = 7 * 24 * 60 * 60 * 1000

// MyHearings gives a person's hearings over all cases, the soonest first: those to come and under way, and what was in the last week.
func (s *Store) MyHearings(ctx context.Context, personID string) ([]MyHearing, error) {
	rows, err := s.query(ctx, `SELECT h.state, h.case_id, c.docket_number, c.court, p.role FROM participant p JOIN hearing h ON h.case_id = p.case_id JOIN court_case c ON c.id = h.case_id
			WHERE p.person_id = $1 AND p.removed_at IS NULL AND (h.status NOT IN ('closed', 'cancelled', 'offline') OR h.at > $2)
		UNION ALL SELECT h.state, '', '', c.court, g.role FROM hearing_guest g JOIN hearing h ON h.id = g.hearing_id JOIN court_case c ON c.id = h.case_id
			WHERE g.person_id = $1 AND g.removed_at = 0 AND (h.status NOT IN ('closed', 'cancelled', 'offline') OR h.at > $2)
			AND NOT EXISTS (SELECT 1 FROM participant p WHERE p.case_id = h.case_id AND p.person_id = $1 AND p.removed_at IS NULL)`, personID, s.nowMS()-keptHearings)
	list, err := collect(rows, err, func(r *sql.Rows) (m MyHearing, err error) {
		var text string
		if err = r.Scan(&text, &m.Case, &m.DocketNumber, &m.Court, &m.Role); err != nil {
			return m, err
		}
		st, err := parseHearing(text)
		if err == nil {
			m.ID, m.Title, m.Type, m.Mode, m.Status, m.At, m.Minutes = st.ID, st.Title, st.Type, st.Mode, st.Status, st.At, st.Minutes
		}
		return m, err
	})
	slices.SortFunc(list, func(a, b MyHearing) int { return cmp.Or(cmp.Compare(a.At, b.At), cmp.Compare(a.ID, b.ID)) })
	return list, err
}
