package store

import (
	"context"
	"database/sql"

	"microcourt/store/court"
)

// AccountEntry is one thing that happened to an account, or was done in a case by whoever used it. Times are Unix milliseconds.
type AccountEntry struct {
	At      int64  `json:"at"`
	What    string `json:"what" enum:"signed_in,signed_out,phone_changed,theft_reported,acted"`
	Device  string `json:"device" doc:"where a session was used"`
	Address string `json:"address" doc:"of the network"`
	Session string `json:"session,omitempty"`
	Case    string `json:"case,omitempty"`
	Docket  string `json:"docket_number,omitempty"`
	Kind    string `json:"kind,omitempty" doc:"of the event in the case"`
}

// maxAccountLog bounds how many entries of each sort are given, the newest.
const maxAccountLog = 200

// AccountLog gives what a person needs to see whether somebody else has used their account since a time: sign-ins with device and address, changes of the account,
// and every act in a case that bears one of its sessions (人民法院在线诉讼规则 第七条第二款). The newest come first.
func (s *Store) AccountLog(ctx context.Context, personID string, since int64) ([]AccountEntry, error) {
	rows, err := s.query(ctx, `SELECT at, what, device, address, session, case_id, docket, kind FROM (
		SELECT * FROM (SELECT created_at AS at, 'signed_in' AS what, device, address, id AS session, '' AS case_id, '' AS docket, '' AS kind
			FROM session WHERE person_id = $1 AND created_at >= $2 ORDER BY created_at DESC LIMIT $3) AS signed_in
		UNION ALL SELECT * FROM (SELECT revoked_at, 'signed_out', device, address, id, '', '', ''
			FROM session WHERE person_id = $1 AND revoked_at >= $2 ORDER BY revoked_at DESC LIMIT $3) AS signed_out
		UNION ALL SELECT * FROM (SELECT at, CASE WHEN act = $4 THEN 'phone_changed' ELSE 'theft_reported' END, '', address, '', '', '', ''
			FROM audit WHERE person_id = $1 AND act IN ($4, $5) AND at >= $2 ORDER BY at DESC LIMIT $3) AS account
		UNION ALL SELECT * FROM (SELECT e.at, 'acted', s.device, s.address, s.id, c.id, c.docket_number, e.kind
			FROM event e JOIN session s ON s.id = e.session_id JOIN court_case c ON c.id = e.case_id
			WHERE e.case_id IN (SELECT case_id FROM participant WHERE person_id = $1) AND e.by_person = $1 AND e.at >= $2 ORDER BY e.at DESC LIMIT $3) AS acted
		) AS log ORDER BY at DESC, what, session, kind`, personID, since, maxAccountLog, string(court.ActPhoneChange), string(court.ActTheftReport))
	return collect(rows, err, func(r *sql.Rows) (e AccountEntry, err error) {
		return e, r.Scan(&e.At, &e.What, &e.Device, &e.Address, &e.Session, &e.Case, &e.Docket, &e.Kind)
	})
}
