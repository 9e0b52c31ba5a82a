package store

import (
	"context"
	"database/sql"

	"microcourt/store/court"
)

// NewDelivery is that a document was also served in another way, or that this was tried, as the court notes it.
type NewDelivery struct {
	RoomAct     `json:"-"`
	Document    string                `json:"document"`
	Recipient   string                `json:"recipient"`
	Way         court.DeliveryWay     `json:"way"`
	Outcome     court.DeliveryOutcome `json:"outcome,omitempty"` // "" is court.DeliveryServed
	DeliveredAt int64                 `json:"delivered_at"`      // when it was served, or tried in vain
	Note        string                `json:"note,omitempty"`    // for an attempt that failed why
	File        *court.PageInput      `json:"file,omitempty"`    // the receipt on paper (送达回证), as a picture or PDF
}

// deliveredBody is what its event says. ServedAt is from when on the document counts as served on the recipient, electronic service included.
type deliveredBody struct {
	Delivery    string                `json:"delivery"`
	Document    string                `json:"document"`
	Recipient   string                `json:"recipient"`
	Title       string                `json:"title"`
	Way         court.DeliveryWay     `json:"way"`
	Outcome     court.DeliveryOutcome `json:"outcome"`
	DeliveredAt int64                 `json:"delivered_at"`
	Note        string                `json:"note,omitempty"`
	Page        *ExhibitPage          `json:"page,omitempty"`
	ServedAt    int64                 `json:"served_at,omitempty"`
}

// NoteDelivery puts it into the recipient's service thread. Of several ways the first that is effective counts. Errors: court.ErrInvalid for a time to come, or for a failure
// without a reason; court.ErrNotFound for a document that was not served in the case.
func (s *Store) NoteDelivery(ctx context.Context, n NewDelivery) (Appended, error) {
	if n.Way.Name() == "" {
		return Appended{}, court.ErrInvalid.In("way")
	}
	if n.Outcome == "" {
		n.Outcome = court.DeliveryServed
	}
	if n.Outcome != court.DeliveryServed && n.Outcome != court.DeliveryFailed {
		return Appended{}, court.ErrInvalid.In("outcome")
	}
	if err := court.CheckReason(n.Note, n.Outcome == court.DeliveryFailed, "note"); err != nil {
		return Appended{}, err
	}
	return s.threadAct(ctx, n.RoomAct, court.ActDocumentServe, court.KindDocumentDelivered, n,
		func(ctx context.Context, tx *Tx, st *court.Standing) (string, error) {
			role, err := activeRole(ctx, tx, n.CaseID, n.Recipient)
			if err != nil || role.OfCourt() {
				return "", court.ErrInvalid.In("recipient")
			}
			return court.ServiceThread(n.Recipient), nil
		},
		func(ctx context.Context, x *acting) (any, error) { return x.noteDelivery(ctx, &n) })
}

func (x *acting) noteDelivery(ctx context.Context, n *NewDelivery) (*deliveredBody, error) {
	b := &deliveredBody{Delivery: NewID(), Document: n.Document, Recipient: n.Recipient, Way: n.Way, Outcome: n.Outcome, DeliveredAt: n.DeliveredAt, Note: n.Note}
	if err := x.row(ctx, "SELECT title FROM document WHERE case_id = $1 AND id = $2", x.CaseID, n.Document).Scan(&b.Title); err != nil {
		return nil, notFound(err)
	}
	if n.DeliveredAt <= 0 || n.DeliveredAt > x.at {
		return nil, court.ErrInvalid.In("delivered_at")
	}
	if n.File != nil {
		taken, err := x.takeFiles(ctx, map[string]wantedPage{n.File.Attachment: {*n.File, "file"}})
		if err != nil {
			return nil, err
		}
		page := taken[n.File.Attachment]
		if page.Media != court.PagePDF && page.Media != court.PageImage {
			return nil, court.ErrFileType.In("file.attachment")
		}
		b.Page = &page
	}
	before, err := servedBefore(ctx, x, n.Document, n.Recipient)
	b.ServedAt = before
	if n.Outcome == court.DeliveryServed {
		b.ServedAt = court.Earliest(before, n.DeliveredAt)
	}
	x.words = b.Title
	return b, err
}

// servedBefore gives from when on a document counts as served on somebody by what the record has, 0 for not.
func servedBefore(ctx context.Context, q queryer, document, participant string) (int64, error) {
	var online, other int64
	err := q.row(ctx, `SELECT COALESCE((SELECT MIN(served_at) FROM service WHERE document_id = $1 AND participant_id = $2 AND served_at > 0), 0),
		COALESCE((SELECT MIN(delivered_at) FROM delivery WHERE document_id = $1 AND participant_id = $2 AND outcome = 'served'), 0)`, document, participant).Scan(&online, &other)
	return court.Earliest(online, other), err
}

// Delivery is the service of a document in another way, or an attempt at it.
type Delivery struct {
	ID          string                `json:"id"`
	Recipient   string                `json:"recipient" doc:"participant id"`
	Name        string                `json:"name"`
	Way         court.DeliveryWay     `json:"way" enum:"direct,left,entrusted,mail,forwarded,public_notice"`
	WayName     string                `json:"way_name" doc:"in Chinese"`
	Outcome     court.DeliveryOutcome `json:"outcome" enum:"served,failed"`
	DeliveredAt int64                 `json:"delivered_at" doc:"when it was served, or tried in vain"`
	Note        string                `json:"note,omitempty" doc:"for an attempt that failed why"`
	Attachment  string                `json:"attachment,omitempty" doc:"the receipt on paper"`
	By          string                `json:"by" doc:"participant id of who noted it"`
	At          int64                 `json:"at" doc:"when it was noted"`
	Seq         int64                 `json:"seq" doc:"of its event in the recipient's service thread"`
}

// addDeliveries adds to documents of a case how else they were served: for the court on everybody, otherwise on the reader.
func (s *Store) addDeliveries(ctx context.Context, caseID string, st *court.Standing, list []Document) error {
	index := map[string]int{}
	for i := range list {
		list[i].Deliveries = []Delivery{}
		index[list[i].ID] = i
	}
	if len(list) == 0 {
		return nil
	}
	where, args := "", []any{caseID}
	if !st.Role.OfCourt() {
		where, args = " AND y.participant_id = $2", append(args, st.ParticipantID)
	}
	rows, err := s.query(ctx, `SELECT y.document_id, y.id, y.participant_id, p.name, y.way, y.outcome, y.delivered_at, y.note, y.attachment_id, y.by_id, y.at, y.seq
		FROM delivery y JOIN participant p ON p.id = y.participant_id WHERE y.case_id = $1`+where+" ORDER BY y.delivered_at, y.id", args...)
	type of struct {
		document string
		delivery Delivery
	}
	found, err := collect(rows, err, func(r *sql.Rows) (o of, err error) {
		d := &o.delivery
		err = r.Scan(&o.document, &d.ID, &d.Recipient, &d.Name, &d.Way, &d.Outcome, &d.DeliveredAt, &d.Note, &d.Attachment, &d.By, &d.At, &d.Seq)
		d.WayName = d.Way.Name()
		return o, err
	})
	for _, o := range found {
		if i, ok := index[o.document]; ok {
			list[i].Deliveries = append(list[i].Deliveries, o.delivery)
		}
	}
	return err
}
