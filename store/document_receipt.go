package store

import (
	"context"

	"microcourt/store/court"
)

// openedBody is what the event of an opening says.
type openedBody struct {
	Document string `json:"document"`
	Service  string `json:"service"`
	Title    string `json:"title"`
	ServedAt int64  `json:"served_at,omitempty"`
}

// confirmedBody is what the event of a confirmation of receipt says.
type confirmedBody struct {
	openedBody
	Signature string `json:"signature,omitempty"`
}

// standingService is a service as an act of its recipient finds it.
type standingService struct {
	openedBody
	basis                      court.ConsentBasis
	arrived, opened, confirmed int64
	other                      int64 // when it was first served in another way
}

// service gives the service that an act of its recipient is about.
func (x *acting) service(ctx context.Context, id string) (*standingService, error) {
	var v standingService
	err := x.row(ctx, `SELECT d.id, v.id, d.title, v.basis, v.arrived_at, v.opened_at, v.confirmed_at,
		COALESCE((SELECT MIN(y.delivered_at) FROM delivery y WHERE y.document_id = v.document_id AND y.participant_id = v.participant_id AND y.outcome = 'served'), 0) FROM service v JOIN document d ON d.id = v.document_id
		WHERE v.case_id = $1 AND v.id = $2 AND v.participant_id = $3`, x.CaseID, id, x.st.ParticipantID).
		Scan(&v.Document, &v.Service, &v.Title, &v.basis, &v.arrived, &v.opened, &v.confirmed, &v.other)
	x.words = v.Title
	return &v, notFound(err)
}

// ownServiceThread is where the recipient's acts go.
func ownServiceThread(_ context.Context, _ *Tx, st *court.Standing) (string, error) {
	return court.ServiceThread(st.ParticipantID), nil
}

// OpenDocument notes that its recipient has opened a document for the first time. Whoever is not the recipient gets court.ErrNotFound.
func (s *Store) OpenDocument(ctx context.Context, a RoomAct, serviceID string) error {
	a.ID = derivedID("opened", a.PersonID, serviceID)
	_, err := s.threadAct(ctx, a, court.ActDocumentRead, court.KindDocumentOpened, map[string]string{"service": serviceID}, ownServiceThread,
		func(ctx context.Context, x *acting) (any, error) {
			v, err := x.service(ctx, serviceID)
			if err != nil {
				return nil, err
			}
			v.ServedAt = court.Earliest(court.ServedAt(v.basis, v.arrived, x.at, v.confirmed), v.other)
			return v.openedBody, nil
		})
	return err
}

// ConfirmDocument confirms receipt of a document, with the recipient's signature on file where one is given. Errors: court.ErrReceiptConfirmed.
func (s *Store) ConfirmDocument(ctx context.Context, a RoomAct, serviceID, signature string) (Appended, error) {
	asked := map[string]string{"service": serviceID, "signature": signature}
	return s.threadAct(ctx, a, court.ActDocumentConfirm, court.KindDocumentConfirmed, asked, ownServiceThread,
		func(ctx context.Context, x *acting) (any, error) {
			v, err := x.service(ctx, serviceID)
			if err != nil {
				return nil, err
			}
			if v.confirmed != 0 {
				return nil, court.ErrReceiptConfirmed
			}
			v.ServedAt = court.Earliest(court.ServedAt(v.basis, v.arrived, v.opened, x.at), v.other)
			return confirmedBody{v.openedBody, signature}, nil
		})
}
