package store

import (
	"context"
	"database/sql"
	"errors"

	"microcourt/store/court"
	"microcourt/store/court/proofing"
)

// QueuedProofing is one row of the review desk. Names are shown, numbers aren't.
type QueuedProofing struct {
	ID          string          `json:"id"`
	Name        string          `json:"name"`
	IDType      string          `json:"id_type"`
	Reason      proofing.Reason `json:"reason"`
	SubmittedAt int64           `json:"submitted_at"`
	Approved    int             `json:"approved" doc:"members of staff who have approved; another has to look"`
}

// ProofingQueue gives the proofings in review, the longest waiting first.
func (s *Store) ProofingQueue(ctx context.Context, cursor Place, limit int) (rows []QueuedProofing, next Place, err error) {
	q, err := s.query(ctx, `SELECT p.id, p.facts_enc, p.reason, p.submitted_at, (SELECT COUNT(*) FROM proofing_look l WHERE l.proofing_id = p.id AND l.approve = 1 AND l.at >= p.submitted_at)
		FROM proofing p WHERE p.state = 'review' AND (p.submitted_at > $1 OR p.submitted_at = $1 AND p.id > $2) ORDER BY p.submitted_at, p.id LIMIT $3`, cursor.At, cursor.ID, limit+1)
	rows, err = collect(q, err, func(r *sql.Rows) (row QueuedProofing, err error) {
		var sealed []byte
		if err = r.Scan(&row.ID, &sealed, &row.Reason, &row.SubmittedAt, &row.Approved); err != nil {
			return row, err
		}
		facts, err := s.openFacts(sealed)
		if err == nil && facts.Document != nil {
			row.Name, row.IDType = facts.Document.Name, facts.Document.IDType
		}
		return row, err
	})
	if err == nil && len(rows) > limit {
		rows = rows[:limit]
		next = Place{At: rows[limit-1].SubmittedAt, ID: rows[limit-1].ID}
	}
	return rows, next, err
}

// ProofingsWaiting counts the proofings in review.
func (s *Store) ProofingsWaiting(ctx context.Context) (n int, err error) {
	return n, s.row(ctx, "SELECT COUNT(*) FROM proofing WHERE state = 'review'").Scan(&n)
}

// KnownPerson is who is known by a document already.
type KnownPerson struct {
	ID       string `json:"-"`
	Name     string `json:"name"`
	Phone    string `json:"phone" doc:"masked"`
	Cases    int    `json:"cases"`
	Verified bool   `json:"verified"`
	SignedIn bool   `json:"signed_in" doc:"somebody has signed in as this person before"`
	Self     bool   `json:"self" doc:"it is the same account"`
}

// ProofingLook is what a member of staff decided.
type ProofingLook struct {
	By       string `json:"by"`
	PersonID string `json:"-"`
	Approve  bool   `json:"approve"`
	Reason   string `json:"reason"`
	At       int64  `json:"at"`
}

// ReviewedProofing is a proofing before those who decide it.
type ReviewedProofing struct {
	Proofing
	AllFiles []ProofingFile
	Known    *KnownPerson
	Looks    []ProofingLook
}

// LookAtProofing gives a proofing to a member of staff, and notes in the audit that they looked. One that is still open is nobody's to see: court.ErrNotFound.
func (s *Store) LookAtProofing(ctx context.Context, id string, by By) (*ReviewedProofing, error) {
	p, err := s.scanProofing(s.row(ctx, "SELECT "+proofingColumns+" FROM proofing WHERE id = $1 AND submitted_at > 0 AND state <> 'open'", id))
	if err != nil {
		return nil, err
	}
	r := &ReviewedProofing{Proofing: *p}
	if r.Files, err = proofingFiles(ctx, s, id); err != nil {
		return nil, err
	}
	rows, err := s.query(ctx, "SELECT id, kind, type, size, at FROM proofing_file WHERE proofing_id = $1 ORDER BY at, id", id)
	r.AllFiles, err = collect(rows, err, func(r *sql.Rows) (f ProofingFile, err error) {
		return f, r.Scan(&f.ID, &f.Kind, &f.Type, &f.Size, &f.At)
	})
	if err != nil {
		return nil, err
	}
	if r.Known, err = s.knownPerson(ctx, s, p); err != nil {
		return nil, err
	}
	if r.Looks, err = proofingLooks(ctx, s, p); err != nil {
		return nil, err
	}
	return r, s.Note(ctx, by, court.ActProofingReview, id, "looked at")
}

// proofingLooks gives the decisions since a proofing was handed in.
func proofingLooks(ctx context.Context, q queryer, p *Proofing) ([]ProofingLook, error) {
	rows, err := q.query(ctx, `SELECT l.by_person, b.name, l.approve, l.reason, l.at FROM proofing_look l JOIN person b ON b.id = l.by_person
		WHERE l.proofing_id = $1 AND l.at >= $2 ORDER BY l.at, l.id`, p.ID, p.SubmittedAt)
	return collect(rows, err, func(r *sql.Rows) (l ProofingLook, err error) {
		return l, r.Scan(&l.PersonID, &l.By, &l.Approve, &l.Reason, &l.At)
	})
}

// knownPerson gives who is known by the document of a proofing, or nil.
func (s *Store) knownPerson(ctx context.Context, q queryer, p *Proofing) (*KnownPerson, error) {
	d := p.Facts.Document
	if d == nil {
		return nil, nil
	}
	var k KnownPerson
	var phone []byte
	err := q.row(ctx, `SELECT o.id, o.name, o.phone_enc, (SELECT COUNT(*) FROM participant c WHERE c.person_id = o.id AND c.removed_at IS NULL),
		(SELECT COUNT(*) FROM verification v WHERE v.person_id = o.id AND v.revoked_at IS NULL) > 0, (SELECT COUNT(*) FROM session e WHERE e.person_id = o.id) > 0
		FROM person o WHERE o.id_number_mac = $1`, s.idNumberMAC(d.IDType, d.IDNumber)).Scan(&k.ID, &k.Name, &phone, &k.Cases, &k.Verified, &k.SignedIn)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	number, err := s.keys.Open(phone)
	k.Phone, k.Self = MaskPhone(number), k.ID == p.PersonID
	return &k, err
}

// ProofingDecision is what a member of staff decides.
type ProofingDecision struct {
	ID      string
	By      By
	Approve bool
	Reason  string // told to the person; needed for a refusal
	Second  proofing.SecondLook
}

// Decided is what became of a proofing. The phone numbers are in clear, to tell their owners; OldPhone is of an account that has passed to the new one.
type Decided struct {
	State    proofing.State
	PersonID string
	Phone    string
	OldPhone string
	Lang     string
}

// DecideProofing approves or refuses. Where two have to approve the first leaves it in review, and the same one again is court.ErrSecondLook.
func (s *Store) DecideProofing(ctx context.Context, d ProofingDecision) (done Decided, err error) {
	err = s.write(ctx, func(ctx context.Context, tx *Tx) error {
		done = Decided{}
		p, err := tx.lockedProofing(ctx, "id = $1", d.ID)
		if err != nil {
			return err
		}
		if p.State != proofing.Review {
			return court.ErrProofingState
		}
		if p.PersonID == d.By.PersonID {
			return court.ErrForbidden
		}
		looks, err := proofingLooks(ctx, tx, p)
		if err != nil {
			return err
		}
		known, err := s.knownPerson(ctx, tx, p)
		if err != nil {
			return err
		}
		others := 0
		for _, l := range looks {
			if l.Approve && l.PersonID == d.By.PersonID && d.Approve {
				return court.ErrSecondLook
			}
			if l.Approve {
				others++
			}
		}
		if err := tx.noteLook(ctx, p, d); err != nil {
			return err
		}
		switch {
		case !d.Approve:
			p.State = proofing.Refused
		case others == 0 && d.Second.Two(p.Facts.Taken || known != nil && !known.Self && known.SignedIn):
			done.State = proofing.Review
			return nil
		default:
			p.State = proofing.Approved
		}
		p.Decision = d.Reason
		done, err = tx.decideProofing(ctx, p, VerifiedByReview, d.By.PersonID)
		return err
	})
	return done, err
}

func (tx *Tx) noteLook(ctx context.Context, p *Proofing, d ProofingDecision) error {
	detail, approve := "refused", 0
	if d.Approve {
		detail, approve = "approved", 1
	}
	if _, err := tx.exec(ctx, "INSERT INTO proofing_look (id, proofing_id, by_person, approve, reason, at) VALUES ($1, $2, $3, $4, $5, $6)",
		NewID(), p.ID, d.By.PersonID, approve, d.Reason, tx.now); err != nil {
		return err
	}
	return tx.audit(ctx, d.By.PersonID, court.ActProofingReview, p.ID, detail, d.By.Address)
}

// SubmitProofing hands a person's open proofing in: change looks once more whether all is there and says, by its state, whether it is approved at once, which
// needs an authority's word, or goes into review. Where an authority says yes of somebody who is known with another phone it stays open, for review by people.
func (s *Store) SubmitProofing(ctx context.Context, personID, sessionID string, change func(p *Proofing, now int64) error) (p *Proofing, err error) {
	err = s.write(ctx, func(ctx context.Context, tx *Tx) error {
		var err error
		if p, err = tx.openProofing(ctx, personID, sessionID); err != nil {
			return err
		}
		if err = change(p, tx.now); err != nil {
			return err
		}
		if p.State == proofing.Approved {
			known, err := s.knownPerson(ctx, tx, p)
			if err != nil {
				return err
			}
			if known != nil && !known.Self { // an account never passes to another phone without people's look, and they want to see the document
				p.Facts.Taken, p.State, p.Reason = true, proofing.Open, ""
				return tx.saveProofing(ctx, p)
			}
		}
		p.SubmittedAt = tx.now
		if p.State == proofing.Approved {
			_, err = tx.decideProofing(ctx, p, VerifiedByAuthority, "")
			return err
		}
		return tx.saveProofing(ctx, p)
	})
	return p, err
}

// decideProofing writes a decision: of an approved one, the name, the document and the verification.
func (tx *Tx) decideProofing(ctx context.Context, p *Proofing, method, byPerson string) (done Decided, err error) {
	p.DecidedAt = tx.now
	if p.State == proofing.Approved {
		if done.OldPhone, err = tx.joinKnown(ctx, p); err != nil {
			return done, err
		}
		doc := p.Facts.Document
		if err = tx.updatePerson(ctx, p.PersonID, PersonData{Name: doc.Name, IDType: doc.IDType, IDNumber: doc.IDNumber}); err != nil {
			return done, err
		}
		if err = tx.verifyPerson(ctx, p.PersonID, method, byPerson, p.ID); err != nil {
			return done, err
		}
	}
	done.State, done.PersonID = p.State, p.PersonID
	var sealed []byte
	if err = tx.row(ctx, "SELECT phone_enc, lang FROM person WHERE id = $1", p.PersonID).Scan(&sealed, &done.Lang); err != nil {
		return done, err
	}
	if done.Phone, err = tx.s.keys.Open(sealed); err != nil {
		return done, err
	}
	return done, tx.saveProofing(ctx, p)
}

// joinKnown: where somebody else is known by the document, they are the same human being with another phone. The phone, the signature and the proofing pass to
// the person known, whose sessions end, as those of the account do that only the phone was known of. It gives that person's earlier phone number.
func (tx *Tx) joinKnown(ctx context.Context, p *Proofing) (oldPhone string, err error) {
	known, err := tx.s.knownPerson(ctx, tx, p)
	if err != nil || known == nil || known.Self {
		return "", err
	}
	var ties int
	err = tx.row(ctx, `SELECT (SELECT COUNT(*) FROM participant WHERE person_id = $1) + (SELECT COUNT(*) FROM staff WHERE person_id = $1)
		+ (SELECT COUNT(*) FROM staff WHERE person_id = $2) + (SELECT COUNT(*) FROM verification WHERE person_id = $1)`, p.PersonID, known.ID).Scan(&ties)
	if err != nil {
		return "", err
	}
	if ties > 0 {
		return "", court.ErrProofingTaken
	}
	var mine, theirs []byte
	if err := tx.row(ctx, "SELECT phone_enc FROM person WHERE id = $1"+tx.lock, p.PersonID).Scan(&mine); err != nil {
		return "", notFound(err)
	}
	if err := tx.row(ctx, "SELECT phone_enc FROM person WHERE id = $1"+tx.lock, known.ID).Scan(&theirs); err != nil {
		return "", notFound(err)
	}
	phone, err := tx.s.keys.Open(mine)
	if err != nil {
		return "", err
	}
	if oldPhone, err = tx.s.keys.Open(theirs); err != nil {
		return "", err
	}
	if _, err := tx.exec(ctx, "UPDATE person SET phone_enc = NULL, phone_mac = NULL, updated_at = $2 WHERE id = $1", p.PersonID, tx.now); err != nil {
		return "", err
	}
	for _, id := range []string{p.PersonID, known.ID} {
		if err := tx.forgetPasskeys(ctx, id); err != nil {
			return "", err
		}
		if err := tx.revokeSessions(ctx, id, ""); err != nil {
			return "", err
		}
	}
	if err := tx.updatePerson(ctx, known.ID, PersonData{Phone: phone}); err != nil {
		return "", err
	}
	// One that the person known has under way gives way: of each there is one.
	if _, err := tx.exec(ctx, "UPDATE proofing SET state = 'withdrawn', decided_at = $2 WHERE person_id = $1 AND state IN ('open', 'review')", known.ID, tx.now); err != nil {
		return "", err
	}
	for _, sql := range []string{"UPDATE signature SET person_id = $2 WHERE person_id = $1", "UPDATE proofing SET person_id = $2 WHERE person_id = $1"} {
		if _, err := tx.exec(ctx, sql, p.PersonID, known.ID); err != nil {
			return "", err
		}
	}
	p.PersonID = known.ID
	return oldPhone, nil
}
