package store

import (
	"context"
	"database/sql"

	"microcourt/store/court"
)

// Participant is somebody with a place in a case, as the other participants see them.
type Participant struct {
	ID           string            `json:"id"`
	Name         string            `json:"name"`
	Kind         string            `json:"kind" enum:"person,organisation"`
	Role         court.Role        `json:"role" enum:"party,representative,judge,clerk"`
	Standing     string            `json:"standing" doc:"原告, 被告, 审判长 ..."`
	For          []string          `json:"for" nullable:"false" doc:"participants whom a representative acts for"`
	Authorities  map[string]string `json:"authorities,omitempty" doc:"by whom a representative acts for, as far as they are known: 一般授权 or 特别授权"`
	Phone        string            `json:"phone,omitempty" doc:"masked but for the court and the person"`
	Address      string            `json:"address,omitempty" doc:"as the court's case system has it; for the court and the person only"`
	Reachable    bool              `json:"reachable" doc:"can sign in, so that a private message finds a reader"`
	Verified     bool              `json:"verified"`
	Removed      bool              `json:"removed" doc:"no longer in the case; named because earlier events are theirs"`
	SpeechBarred bool              `json:"speech_barred"`
}

// Participants gives everybody with a place in a case, those who left at the end. The court and the person see a
// phone number whole and the address, the others the number masked.
func (s *Store) Participants(ctx context.Context, caseID string, viewer *court.Standing) ([]Participant, error) {
	rows, err := s.query(ctx, `SELECT p.id, p.name, p.kind, p.role, p.standing, p.phone_enc, p.address_enc,
		CASE WHEN p.person_id IS NULL THEN 0 ELSE 1 END,
		CASE WHEN EXISTS (SELECT 1 FROM verification v WHERE v.person_id = p.person_id AND v.revoked_at IS NULL) THEN 1 ELSE 0 END,
		CASE WHEN p.removed_at IS NULL THEN 0 ELSE 1 END, p.speech_barred
		FROM participant p WHERE p.case_id = $1 ORDER BY 10, p.position, p.id`, caseID)
	list, err := collect(rows, err, func(r *sql.Rows) (Participant, error) {
		p := Participant{For: []string{}}
		var sealed, address []byte
		var reachable, verified, removed, barred int
		if err := r.Scan(&p.ID, &p.Name, &p.Kind, &p.Role, &p.Standing, &sealed, &address, &reachable, &verified, &removed, &barred); err != nil {
			return p, err
		}
		p.Reachable, p.Verified, p.Removed, p.SpeechBarred = reachable != 0, verified != 0, removed != 0, barred != 0
		phone, err := s.keys.Open(sealed)
		if err != nil {
			return p, err
		}
		if p.Phone = phone; !viewer.Role.OfCourt() && p.ID != viewer.ParticipantID {
			p.Phone = MaskPhone(phone)
			return p, nil
		}
		p.Address, err = s.keys.Open(address)
		return p, err
	})
	if err != nil {
		return nil, err
	}
	return list, s.addRepresented(ctx, caseID, list)
}

func (s *Store) addRepresented(ctx context.Context, caseID string, list []Participant) error {
	index := map[string]int{}
	for i, p := range list {
		index[p.ID] = i
	}
	rows, err := s.query(ctx, "SELECT participant_id, for_participant, authority FROM representation WHERE case_id = $1 ORDER BY 1, 2", caseID)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var id, whom, authority string
		if err := rows.Scan(&id, &whom, &authority); err != nil {
			return err
		}
		if i, ok := index[id]; ok {
			list[i].For = append(list[i].For, whom)
			if authority == "" {
				continue
			}
			if list[i].Authorities == nil {
				list[i].Authorities = map[string]string{}
			}
			list[i].Authorities[whom] = authority
		}
	}
	return rows.Err()
}

// Member is what the hub needs to know of an active participant who can sign in.
type Member struct {
	PersonID string
	Standing court.Standing
}

// Members gives the active participants of a case who can sign in.
func (s *Store) Members(ctx context.Context, caseID string) ([]Member, error) {
	rows, err := s.query(ctx, `SELECT p.person_id, `+standingColumns("$2")+` FROM participant p JOIN court_case c ON c.id = p.case_id
		WHERE p.case_id = $1 AND p.removed_at IS NULL AND p.person_id IS NOT NULL`, caseID, s.noticeVersion)
	return collect(rows, err, func(r *sql.Rows) (Member, error) {
		var m Member
		st, err := scanStanding(withFirst(r, &m.PersonID))
		m.Standing = *st
		return m, err
	})
}

// firstThen scans one more column before those of a standing.
type firstThen struct {
	rows  *sql.Rows
	first any
}

func withFirst(rows *sql.Rows, first any) firstThen { return firstThen{rows, first} }

func (f firstThen) Scan(dest ...any) error { return f.rows.Scan(append([]any{f.first}, dest...)...) }

// VerifyParticipant records that a person's identity was verified in a case, with its event in the room.
func (s *Store) VerifyParticipant(ctx context.Context, caseID, participantID, byPerson, byParticipant, method, note, address string) error {
	return s.write(ctx, func(ctx context.Context, tx *Tx) error {
		var personID string
		err := tx.row(ctx, `SELECT person_id FROM participant WHERE case_id = $1 AND id = $2 AND removed_at IS NULL AND person_id IS NOT NULL
			AND role IN ('party', 'representative')`, caseID, participantID).Scan(&personID)
		if err != nil {
			return notFound(err)
		}
		if err := tx.verifyPerson(ctx, personID, method, byPerson, note); err != nil {
			return err
		}
		if err := tx.audit(ctx, byPerson, court.ActPersonVerify, personID, method, address); err != nil {
			return err
		}
		if err := tx.accessChanged(ctx, accessChange{PersonID: personID}); err != nil {
			return err
		}
		return tx.appendSystem(ctx, caseID, court.RoomThread, court.KindVerified, byPerson, byParticipant,
			map[string]string{"participant": participantID, "method": method})
	})
}
