package store

import (
	"context"
	"database/sql"
	"slices"

	"microcourt/store/court"
)

// How a copy on paper reaches the person: by post to the address for service, or collected at the court.
const (
	CopyByMail    = "mail"
	CopyCollected = "collect"
)

// Where a request for a copy on paper stands.
const (
	CopyRequested = "requested"
	CopyReady     = "ready" // it lies at the court's window
	CopySent      = "sent"
	CopyRefused   = "refused"
)

// PaperCopy is a copy on paper that somebody has asked for. Who is served electronically can always have judgments, rulings and mediation documents on paper
// (民事诉讼法 第九十条).
type PaperCopy struct {
	ID         string `json:"id"`
	Party      string `json:"party" doc:"participant id"`
	By         string `json:"by" doc:"participant id"`
	Attachment string `json:"attachment"`
	Name       string `json:"name" doc:"of the file"`
	Delivery   string `json:"delivery" enum:"mail,collect"`
	Note       string `json:"note,omitempty"`
	State      string `json:"state" enum:"requested,ready,sent,refused"`
	Answer     string `json:"answer,omitempty" doc:"the court's: consignment number, where to collect it, or why not"`
	At         int64  `json:"at"`
	UpdatedAt  int64  `json:"updated_at"`

	thread string
}

// CopyRequest asks for a copy of a file of the case that the author reads.
type CopyRequest struct {
	RoomAct    `json:"-"`
	For        string `json:"for,omitempty"` // the party; "" where the author acts for one only
	Attachment string `json:"attachment"`
	Delivery   string `json:"delivery"`
	Note       string `json:"note,omitempty"`
}

// copyRef names a request in its events.
type copyRef struct {
	Copy  string `json:"copy"`
	Party string `json:"party"`
	Name  string `json:"name"`
}

// copyBody is what the event of a request says.
type copyBody struct {
	copyRef
	Attachment string `json:"attachment"`
	SHA256     string `json:"sha256"`
	Delivery   string `json:"delivery"`
	Note       string `json:"note,omitempty"`
}

// RequestCopy puts a request into the author's bench thread: where somebody wants papers sent is nobody else's matter. A file that the author doesn't read is
// court.ErrNotFound.
func (s *Store) RequestCopy(ctx context.Context, r CopyRequest) (Appended, error) {
	if r.Delivery != CopyByMail && r.Delivery != CopyCollected {
		return Appended{}, court.ErrInvalid.In("delivery")
	}
	if err := court.CheckReason(r.Note, false, "note"); err != nil {
		return Appended{}, err
	}
	return s.threadAct(ctx, r.RoomAct, court.ActCopyRequest, court.KindCopyRequested, r,
		func(_ context.Context, _ *Tx, st *court.Standing) (string, error) {
			return court.BenchThread(st.ParticipantID), nil
		},
		func(ctx context.Context, x *acting) (any, error) {
			party, _, err := x.party(ctx, r.For)
			if err != nil {
				return nil, err
			}
			b := copyBody{copyRef: copyRef{Copy: NewID(), Party: party.ID}, Attachment: r.Attachment, Delivery: r.Delivery, Note: r.Note}
			var thread string
			var at int64
			err = x.row(ctx, `SELECT a.name, a.sha256, e.thread, e.at FROM attachment a JOIN event e ON e.case_id = a.case_id AND e.thread = a.thread AND e.seq = a.seq
				WHERE a.id = $1 AND a.case_id = $2 AND a.finished_at IS NOT NULL AND e.withdrawn_by = ''`, r.Attachment, x.CaseID).Scan(&b.Name, &b.SHA256, &thread, &at)
			if err != nil {
				return nil, inField(notFound(err), "attachment")
			}
			if th, err := court.ParseThread(thread); err != nil || !th.Reads(x.st) || at < th.ReadsFrom(x.st) {
				return nil, court.ErrNotFound.In("attachment")
			}
			x.words = b.Name
			return b, nil
		})
}

// CopyAnswer is what the court says to a request. Note: consignment number, where to collect it, or why not.
type CopyAnswer struct {
	RoomAct `json:"-"`
	Copy    string `json:"copy"`
	State   string `json:"state"`
	Note    string `json:"note,omitempty"`
}

// copyAnswered is what the event of an answer says.
type copyAnswered struct {
	copyRef
	State string `json:"state"`
	Note  string `json:"note,omitempty"`
}

// AnswerCopy notes what became of a request. A refusal has a reason; what was sent or refused is done with: court.ErrApplicationDecided.
func (s *Store) AnswerCopy(ctx context.Context, a CopyAnswer) error {
	if !slices.Contains([]string{CopyReady, CopySent, CopyRefused}, a.State) {
		return court.ErrInvalid.In("state")
	}
	if err := court.CheckReason(a.Note, a.State == CopyRefused, "note"); err != nil {
		return err
	}
	var was *PaperCopy
	_, err := s.threadAct(ctx, a.RoomAct, court.ActCopyAnswer, court.KindCopyAnswered, a,
		func(ctx context.Context, tx *Tx, _ *court.Standing) (string, error) {
			list, err := paperCopies(ctx, tx, a.CaseID, " AND id = $2", a.Copy)
			if err != nil || len(list) == 0 {
				return "", orElse(err, court.ErrNotFound)
			}
			was = &list[0]
			return was.thread, nil
		},
		func(ctx context.Context, x *acting) (any, error) {
			list, err := paperCopies(ctx, x, a.CaseID, " AND id = $2", a.Copy) // as it is now that the thread is locked
			if err != nil || len(list) == 0 {
				return nil, orElse(err, court.ErrNotFound)
			}
			if c := list[0]; c.State == CopySent || c.State == CopyRefused || c.State == a.State {
				return nil, court.ErrApplicationDecided
			}
			return copyAnswered{copyRef{was.ID, was.Party, was.Name}, a.State, a.Note}, nil
		})
	return err
}

// PaperCopies gives the requests of a case that somebody may see: the court all, others those of the parties for whom they act, and their own.
func (s *Store) PaperCopies(ctx context.Context, caseID string, st *court.Standing) ([]PaperCopy, error) {
	list, err := paperCopies(ctx, s, caseID, "")
	if err != nil || st.Role.OfCourt() {
		return list, err
	}
	parties, err := evidenceParties(ctx, s, caseID)
	if err != nil {
		return nil, err
	}
	mine, err := actsFor(ctx, s, caseID, st, parties)
	return slices.DeleteFunc(list, func(c PaperCopy) bool { return c.By != st.ParticipantID && !slices.Contains(mine, c.Party) }), err
}

func paperCopies(ctx context.Context, q queryer, caseID, where string, args ...any) ([]PaperCopy, error) {
	rows, err := q.query(ctx, `SELECT id, thread, party_id, by_id, attachment_id, name, delivery, note, state, answer, at, updated_at FROM paper_copy
		WHERE case_id = $1`+where+" ORDER BY at DESC, id DESC", append([]any{caseID}, args...)...)
	list, err := collect(rows, err, func(r *sql.Rows) (c PaperCopy, err error) {
		err = r.Scan(&c.ID, &c.thread, &c.Party, &c.By, &c.Attachment, &c.Name, &c.Delivery, &c.Note, &c.State, &c.Answer, &c.At, &c.UpdatedAt)
		return c, err
	})
	if list == nil {
		list = []PaperCopy{}
	}
	return list, err
}

// paperCopyLists are the read models of copies on paper, from events of bench threads.
var paperCopyLists = lists{applyCopy, forgetCopies, []listTable{{"paper_copy", "case_id = $1"}}}

func applyCopy(ctx context.Context, tx *Tx, ev *court.Event) error {
	switch ev.Kind {
	case court.KindCopyRequested:
		return applyAs(ev, func(b *copyBody) error {
			_, err := tx.exec(ctx, `INSERT INTO paper_copy (id, case_id, thread, seq, party_id, by_id, attachment_id, name, delivery, note, state, at, updated_at)
				VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12)`,
				b.Copy, ev.CaseID, ev.Thread, ev.Seq, b.Party, ev.By, b.Attachment, b.Name, b.Delivery, b.Note, CopyRequested, ev.At)
			return err
		})
	case court.KindCopyAnswered:
		return applyAs(ev, func(b *copyAnswered) error {
			_, err := tx.exec(ctx, "UPDATE paper_copy SET state = $2, answer = $3, updated_at = $4 WHERE id = $1", b.Copy, b.State, b.Note, ev.At)
			return err
		})
	}
	return nil
}

func forgetCopies(ctx context.Context, tx *Tx, caseID string, events []court.Event) error {
	ids, err := idsOf(events, court.KindCopyRequested, func(b *copyBody) string { return b.Copy })
	if err != nil {
		return err
	}
	return tx.forget(ctx, caseID, []removal{{"paper_copy", ofCase, "id = $1", ids}})
}
