package store

import (
	"context"

	"microcourt/store/court"
)

// serviceLists are the read models of service, from events of the service threads.
var serviceLists = lists{applyService, forgetServices, []listTable{
	{"service_address", "case_id = $1"},
	{"document", "case_id = $1"},
	{"service", "case_id = $1"},
	{"delivery", "case_id = $1"},
}}

func applyService(ctx context.Context, tx *Tx, ev *court.Event) error {
	switch ev.Kind {
	case court.KindAddressConfirmed:
		return applyAs(ev, func(b *addressBody) error {
			_, err := tx.exec(ctx, `INSERT INTO service_address (case_id, participant_id, version, basis, electronic, decisions, notice_version, notice_sha256,
				signature, sha256, sealed, note, by_id, at, seq) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
				ev.CaseID, b.Participant, b.Version, string(b.Basis), bit(b.Electronic), bit(b.Decisions), b.NoticeVersion, b.NoticeSHA256,
				b.Signature, b.SHA256, b.Sealed, b.Note, ev.By, ev.At, ev.Seq)
			return err
		})
	case court.KindDocumentServed:
		return applyAs(ev, func(b *servedBody) error { return tx.applyServed(ctx, ev, b) })
	case court.KindDocumentOpened:
		return applyAs(ev, func(b *openedBody) error {
			_, err := tx.exec(ctx, "UPDATE service SET opened_at = $2, served_at = $3 WHERE id = $1", b.Service, ev.At, b.ServedAt)
			return err
		})
	case court.KindDocumentConfirmed:
		return applyAs(ev, func(b *confirmedBody) error {
			_, err := tx.exec(ctx, "UPDATE service SET confirmed_at = $2, signature = $3, served_at = $4 WHERE id = $1", b.Service, ev.At, b.Signature, b.ServedAt)
			return err
		})
	case court.KindDocumentDelivered:
		return applyAs(ev, func(b *deliveredBody) error { return tx.applyDelivered(ctx, ev, b) })
	}
	return nil
}

func (tx *Tx) applyDelivered(ctx context.Context, ev *court.Event, b *deliveredBody) error {
	attachment := ""
	if b.Page != nil {
		attachment = b.Page.Attachment
	}
	_, err := tx.exec(ctx, `INSERT INTO delivery (id, document_id, case_id, participant_id, way, outcome, delivered_at, note, attachment_id, by_id, at, seq)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`, b.Delivery, b.Document, ev.CaseID, b.Recipient, string(b.Way), string(b.Outcome), b.DeliveredAt, b.Note, attachment, ev.By, ev.At, ev.Seq)
	if err == nil {
		_, err = tx.exec(ctx, "UPDATE service SET served_at = $3 WHERE document_id = $1 AND participant_id = $2", b.Document, b.Recipient, b.ServedAt)
	}
	return err
}

// applyServed writes a service, and its document with the first of them. All services of a document are of one moment; should a thread be ahead of
// the clock, the earliest is the document's.
func (tx *Tx) applyServed(ctx context.Context, ev *court.Event, b *servedBody) error {
	_, err := tx.exec(ctx, `INSERT INTO document (id, case_id, kind, title, number, note, sha256, by_id, served_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
		ON CONFLICT (id) DO UPDATE SET served_at = CASE WHEN excluded.served_at < document.served_at THEN excluded.served_at ELSE document.served_at END`,
		b.Document, ev.CaseID, string(b.Kind), b.Title, b.Number, b.Note, b.Page.SHA256, ev.By, ev.At)
	if err != nil {
		return err
	}
	_, err = tx.exec(ctx, `INSERT INTO service (id, document_id, case_id, participant_id, attachment_id, basis, address_version, seq, arrived_at, served_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		b.Service, b.Document, ev.CaseID, b.Recipient, b.Page.Attachment, string(b.Basis), b.AddressVersion, ev.Seq, ev.At, b.ServedAt)
	return err
}

func forgetServices(ctx context.Context, tx *Tx, caseID string, events []court.Event) error {
	documents, err := idsOf(events, court.KindDocumentServed, func(b *servedBody) string { return b.Document })
	if err != nil {
		return err
	}
	services, err := idsOf(events, court.KindDocumentServed, func(b *servedBody) string { return b.Service })
	if err != nil {
		return err
	}
	people, err := idsOf(events, court.KindAddressConfirmed, func(b *addressBody) string { return b.Participant })
	if err != nil {
		return err
	}
	deliveries, err := idsOf(events, court.KindDocumentDelivered, func(b *deliveredBody) string { return b.Delivery })
	if err != nil {
		return err
	}
	return tx.forget(ctx, caseID, []removal{
		{"delivery", ofCase, "document_id = $1", documents},
		{"delivery", ofCase, "id = $1", deliveries},
		{"service", ofCase, "document_id = $1", documents},
		{"service", ofCase, "id = $1", services},
		{"document", ofCase, "id = $1", documents},
		{"service_address", ofCase, "participant_id = $1", people},
	})
}
