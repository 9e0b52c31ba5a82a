package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"microcourt/store/court"
)

// TheftReport says that somebody else has used an account.
type TheftReport struct {
	PersonID, SessionID string
	Since               int64  // Unix milliseconds
	Note                string // what was not done by the person
	Address             string // "" where the court acts for a person that can't sign in
}

// ReportTheft ends all other sessions of an account, takes its passkeys away, and tells the judges of the person's open cases, in their private thread, from when on the person says that
// acts were not theirs (人民法院在线诉讼规则 第七条第二款). It gives in how many cases.
func (s *Store) ReportTheft(ctx context.Context, r TheftReport) (cases int, err error) {
	err = s.write(ctx, func(ctx context.Context, tx *Tx) error {
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
		cases, err = tx.reportTheft(ctx, &r)
		return err
	})
	return cases, err
}

func (tx *Tx) reportTheft(ctx context.Context, r *TheftReport) (cases int, err error) {
	if err := tx.forgetPasskeys(ctx, r.PersonID); err != nil {
		return 0, err
	}
	if err := tx.revokeSessions(ctx, r.PersonID, r.SessionID); err != nil {
		return 0, err
	}
	rows, err := tx.query(ctx, `SELECT p.case_id, p.id FROM participant p JOIN court_case c ON c.id = p.case_id WHERE p.person_id = $1 AND p.removed_at IS NULL
		AND p.role IN ('party', 'representative') AND c.state = 'open' ORDER BY p.case_id`, r.PersonID)
	places, err := collect(rows, err, func(r *sql.Rows) (p [2]string, err error) { return p, r.Scan(&p[0], &p[1]) })
	if err != nil {
		return 0, err
	}
	for _, p := range places {
		if err := tx.appendSystem(ctx, p[0], court.BenchThread(p[1]), court.KindText, r.PersonID, p[1], map[string]string{"text": r.text()}); err != nil {
			return 0, err
		}
	}
	return len(places), tx.audit(ctx, r.PersonID, court.ActTheftReport, r.PersonID, "", r.Address)
}

// text is what the judges read.
func (r *TheftReport) text() string {
	text := "账号被盗用申报"
	if r.Address == "" {
		text += "（本人不能登录，经书记员核实身份后登记）"
	}
	text += "：自" + time.UnixMilli(r.Since).In(court.CourtZone).Format("2006年1月2日15时04分") + "起，本人账号的下列操作并非本人所为。"
	if r.Note != "" {
		return text + r.Note
	}
	return text + "（未说明具体操作）"
}

// StolenAccount is an account as somebody names it who can't sign in to it.
type StolenAccount struct {
	Name     string `json:"name"`
	IDNumber string `json:"id_number"`
}

// TheftTold is what somebody without a session says of an account that somebody else uses. Phone has answered a code: it is the account's own, or, with Account, another at which the court
// reaches who says it.
type TheftTold struct {
	Phone, Code string
	Limits      CodeLimits
	Since       int64
	Note        string
	Account     *StolenAccount
	Address     string
}

// theftSaid is what is kept of it for the court.
type theftSaid struct {
	StolenAccount
	Since int64  `json:"since"`
	Note  string `json:"note"`
}

// maxTheftsTold bounds the reports of one phone that wait for the court.
const maxTheftsTold = 3

// TellTheft takes it in. Who answers a code on the account's own phone is as sure as who signs in with it: the account's sessions end at once, as by ReportTheft. From any other phone it is
// for the court to look at: nothing happens to any account, and none is looked up, so that not even time tells whether it is there. Errors are court.ErrCode, court.ErrPhone and, with
// maxTheftsTold waiting, court.ErrTooMany; they follow from the phone that was used alone.
func (s *Store) TellTheft(ctx context.Context, t TheftTold) error {
	phone, err := normalPhone(t.Phone)
	if err != nil {
		return err
	}
	var told error
	err = s.write(ctx, func(ctx context.Context, tx *Tx) error {
		told = nil
		right, err := tx.useCode(ctx, phone, t.Code, t.Limits)
		switch {
		case err != nil:
			return err
		case !right:
			told = court.ErrCode.In("code")
			return nil // a wrong try is committed: it counts
		case t.Account != nil:
			told, err = tx.keepTheft(ctx, phone, &t)
			return err
		}
		person, err := tx.personByPhone(ctx, phone)
		if err == nil && person != "" {
			_, err = tx.reportTheft(ctx, &TheftReport{PersonID: person, Since: t.Since, Note: t.Note, Address: t.Address})
		}
		return err
	})
	return errors.Join(err, told)
}

// keepTheft keeps a report for the court. full is court.ErrTooMany for one too many; the code is used up all the same.
func (tx *Tx) keepTheft(ctx context.Context, phone string, t *TheftTold) (full, err error) {
	mac := tx.s.phoneMAC(phone)
	var n int
	if err := tx.row(ctx, "SELECT COUNT(*) FROM theft_report WHERE contact_mac = $1", mac).Scan(&n); err != nil {
		return nil, err
	}
	if n >= maxTheftsTold {
		return court.ErrTooMany, nil
	}
	said, err := json.Marshal(theftSaid{*t.Account, t.Since, t.Note})
	if err == nil {
		_, err = tx.exec(ctx, "INSERT INTO theft_report (id, at, contact_enc, contact_mac, said_enc) VALUES ($1, $2, $3, $4, $5)",
			NewID(), tx.now, tx.s.keys.Seal(phone), mac, tx.s.keys.Seal(string(said)))
	}
	return nil, err
}

// ToldTheft is such a report before the court. Of the document's number only the ends are shown: who says it is asked for it.
type ToldTheft struct {
	ID       string `json:"id"`
	At       int64  `json:"at"`
	Contact  string `json:"contact" doc:"phone at which who says it can be called, in clear"`
	Name     string `json:"name"`
	IDNumber string `json:"id_number" doc:"masked"`
	Since    int64  `json:"since"`
	Note     string `json:"note,omitempty"`
	Known    bool   `json:"known" doc:"somebody with this document has an account"`
	NameFits bool   `json:"name_fits" doc:"and is called so"`
	Phone    string `json:"phone,omitempty" doc:"with which that account signs in now, masked"`

	account string
}

// TheftsTold gives those that wait for the court, the oldest first.
func (s *Store) TheftsTold(ctx context.Context) ([]ToldTheft, error) {
	return s.theftsTold(ctx, s, "", "")
}

// maxTheftQueue bounds how many are shown.
const maxTheftQueue = 200

func (s *Store) theftsTold(ctx context.Context, q queryer, where, lock string, args ...any) ([]ToldTheft, error) {
	rows, err := q.query(ctx, "SELECT id, at, contact_enc, said_enc FROM theft_report"+where+" ORDER BY at, id LIMIT "+param(len(args)+1)+lock, append(args, maxTheftQueue)...)
	list, err := collect(rows, err, func(r *sql.Rows) (t ToldTheft, err error) {
		var contact, sealed []byte
		if err = r.Scan(&t.ID, &t.At, &contact, &sealed); err != nil {
			return t, err
		}
		var text string
		if t.Contact, err = s.keys.Open(contact); err == nil {
			text, err = s.keys.Open(sealed)
		}
		var said theftSaid
		if err == nil {
			err = json.Unmarshal([]byte(text), &said)
		}
		t.Name, t.IDNumber, t.Since, t.Note = said.Name, said.IDNumber, said.Since, said.Note
		return t, err
	})
	for i := range list {
		t := &list[i]
		if err := s.findStolen(ctx, q, t); err != nil {
			return nil, err
		}
		t.IDNumber = MaskIDNumber(t.IDNumber)
	}
	return append([]ToldTheft{}, list...), err
}

// findStolen finds whose account it is, by a document of any type; where several have the number, whoever is called so.
func (s *Store) findStolen(ctx context.Context, q queryer, t *ToldTheft) error {
	var macs [][]byte
	for _, d := range court.DocumentTypes {
		if mac := s.idNumberMAC(d.Key, d.Normal(t.IDNumber)); mac != nil {
			macs = append(macs, mac)
		}
	}
	if len(macs) == 0 {
		return nil
	}
	type owner struct {
		id, name string
		phone    []byte
	}
	marks, args := inList(macs, 1)
	rows, err := q.query(ctx, "SELECT id, name, phone_enc FROM person WHERE id_number_mac IN ("+marks+") ORDER BY id", args...)
	found, err := collect(rows, err, func(r *sql.Rows) (o owner, err error) { return o, r.Scan(&o.id, &o.name, &o.phone) })
	if err != nil {
		return err
	}
	for _, o := range found {
		phone, err := s.keys.Open(o.phone)
		if err != nil {
			return err
		}
		if t.Known, t.account, t.NameFits, t.Phone = true, o.id, o.name == t.Name, MaskPhone(phone); t.NameFits {
			break
		}
	}
	return nil
}

// TheftAnswer is what the court does with a report.
type TheftAnswer struct {
	ID   string
	Lock bool   // end the account's sessions, as its owner would; the court has made sure who says it
	Note string // for the audit
	By   By
}

// AnswerTheft does it, and the report goes. court.ErrNotFound for one that isn't there any more, and for an account that isn't.
func (s *Store) AnswerTheft(ctx context.Context, a TheftAnswer) error {
	return s.write(ctx, func(ctx context.Context, tx *Tx) error {
		list, err := s.theftsTold(ctx, tx, " WHERE id = $1", tx.lock, a.ID)
		if err != nil {
			return err
		}
		if len(list) == 0 {
			return court.ErrNotFound
		}
		t, done := &list[0], "dismissed"
		if a.Lock {
			if !t.Known {
				return court.ErrNotFound.In("account")
			}
			if _, err := tx.reportTheft(ctx, &TheftReport{PersonID: t.account, Since: t.Since, Note: t.Note}); err != nil {
				return err
			}
			done = "locked"
		}
		if _, err := tx.exec(ctx, "DELETE FROM theft_report WHERE id = $1", a.ID); err != nil {
			return err
		}
		subject := a.ID
		if t.Known {
			subject = t.account
		}
		return tx.audit(ctx, a.By.PersonID, court.ActTheftReview, subject, done+" "+a.Note, a.By.Address)
	})
}
