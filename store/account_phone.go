package store

import (
	"context"
	"database/sql"
	"time"

	"microcourt/store/court"
)

// phoneProofAge is how long the code on the phone of before stands when a person changes it.
const phoneProofAge = 30 * time.Minute

// PhoneChange gives a person another phone number.
type PhoneChange struct {
	PersonID, SessionID string
	Phone, Code         string // the new number, and the code that was sent there (CreateSignInCode)
	Limits              CodeLimits
	Address             string
}

// ChangePhone gives a person another phone number: whoever asks has answered a code on the phone of before in this session, within phoneProofAge, and one on the new.
// Who has lost the phone of before proves who they are anew, with the new one. All other sessions end, and the passkeys go. It gives the number of before, in clear, to tell its owner.
// Errors are court.ErrReverification, court.ErrCode, court.ErrPhone and, for a number that somebody else has, court.ErrPhoneTaken.
func (s *Store) ChangePhone(ctx context.Context, c PhoneChange) (before string, err error) {
	phone, err := normalPhone(c.Phone)
	if err != nil {
		return "", err
	}
	var right bool
	err = s.write(ctx, func(ctx context.Context, tx *Tx) error {
		right = false
		if err := tx.lockPerson(ctx, c.SessionID, c.PersonID); err != nil {
			return err
		}
		at, err := codeAt(ctx, tx, c.SessionID)
		if err != nil {
			return err
		}
		if tx.now-at > phoneProofAge.Milliseconds() {
			return court.ErrReverification
		}
		if right, err = tx.useCode(ctx, phone, c.Code, c.Limits); err != nil || !right {
			return err // a wrong try is committed: it counts
		}
		owner, err := tx.personByPhone(ctx, phone)
		if err != nil {
			return err
		}
		if owner != "" && owner != c.PersonID {
			return court.ErrPhoneTaken
		}
		var sealed []byte
		if err := tx.row(ctx, "SELECT phone_enc FROM person WHERE id = $1", c.PersonID).Scan(&sealed); err != nil {
			return notFound(err)
		}
		if before, err = s.keys.Open(sealed); err != nil {
			return err
		}
		if err := tx.setPhone(ctx, c.PersonID, phone, c.SessionID); err != nil {
			return err
		}
		return tx.audit(ctx, c.PersonID, court.ActPhoneChange, c.PersonID, "", c.Address)
	})
	if err == nil && !right {
		err = court.ErrCode.In("code")
	}
	return before, err
}

// TheftReport says that somebody else has used an account.
type TheftReport struct {
	PersonID, SessionID string
	Since               int64  // Unix milliseconds
	Note                string // what was not done by the person
	Address             string
}

// ReportTheft ends all other sessions of an account, takes its passkeys away, and tells the judges of the person's open cases, in their private thread, from when on the person says that
// acts were not theirs (人民法院在线诉讼规则 第七条第二款). It gives in how many cases.
func (s *Store) ReportTheft(ctx context.Context, r TheftReport) (cases int, err error) {
	err = s.write(ctx, func(ctx context.Context, tx *Tx) error {
		cases = 0
		if err := tx.lockPerson(ctx, r.SessionID, r.PersonID); err != nil {
			return err
		}
		at, err := codeAt(ctx, tx, r.SessionID)
		if err != nil {
			return err
		}
		if tx.now-at > phoneProofAge.Milliseconds() {
			return court.ErrReverification
		}
		if err := tx.forgetPasskeys(ctx, r.PersonID); err != nil {
			return err
		}
		if err := tx.revokeSessions(ctx, r.PersonID, r.SessionID); err != nil {
			return err
		}
		rows, err := tx.query(ctx, `SELECT p.case_id, p.id FROM participant p JOIN court_case c ON c.id = p.case_id WHERE p.person_id = $1 AND p.removed_at IS NULL
			AND p.role IN ('party', 'representative') AND c.state = 'open' ORDER BY p.case_id`, r.PersonID)
		places, err := collect(rows, err, func(r *sql.Rows) (p [2]string, err error) { return p, r.Scan(&p[0], &p[1]) })
		if err != nil {
			return err
		}
		for _, p := range places {
			if err := tx.appendSystem(ctx, p[0], court.BenchThread(p[1]), court.KindText, r.PersonID, p[1], map[string]string{"text": r.text()}); err != nil {
				return err
			}
		}
		cases = len(places)
		return tx.audit(ctx, r.PersonID, court.ActTheftReport, r.PersonID, "", r.Address)
	})
	return cases, err
}

// text is what the judges read.
func (r *TheftReport) text() string {
	text := "账号被盗用申报：自" + time.UnixMilli(r.Since).In(court.CourtZone).Format("2006年1月2日15时04分") + "起，本人账号的下列操作并非本人所为。"
	if r.Note != "" {
		return text + r.Note
	}
	return text + "（未说明具体操作）"
}
