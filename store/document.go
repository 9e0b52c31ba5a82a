package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"slices"

	"microcourt/store/court"
	"microcourt/store/court/consent"
)

// NewDocument is a document that the court serves.
type NewDocument struct {
	RoomAct `json:"-"`
	court.DocumentInput
	Draft string `json:"draft,omitempty"` // the author's draft that it was prepared as, removed with the act
}

// servedBody is what the event of a service says.
type servedBody struct {
	Document       string             `json:"document"`
	Service        string             `json:"service"`
	Recipient      string             `json:"recipient"`
	Kind           court.DocumentKind `json:"kind"`
	Title          string             `json:"title"`
	Number         string             `json:"number,omitempty"`
	Note           string             `json:"note,omitempty"`
	Page           ExhibitPage        `json:"page"`
	Basis          court.ConsentBasis `json:"basis"`
	AddressVersion int64              `json:"address_version"`
	ServedAt       int64              `json:"served_at,omitempty"`
}

// derivedID makes a UUID (version 8) that follows from the parts, so that the same act again finds what it has made.
func derivedID(parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		h.Write([]byte(p))
		h.Write([]byte{0})
	}
	b := h.Sum(nil)[:16]
	b[6], b[8] = b[6]&0x0f|0x80, b[8]&0x3f|0x80
	t := hex.EncodeToString(b)
	return t[:8] + "-" + t[8:12] + "-" + t[12:16] + "-" + t[16:20] + "-" + t[20:]
}

// ServeDocument serves a document: one event in the service thread of each recipient, all in one transaction, each with a copy of the file that is the
// recipient's and the court's alone. It arrives with the commit. Errors: those of court.DocumentInput.Check and of its file;
// court.ErrNoElectronicService, with the recipient, where somebody has not agreed; court.ErrInvalid for who can't be served here.
func (s *Store) ServeDocument(ctx context.Context, n NewDocument) (documentID string, err error) {
	if err := n.Check(true); err != nil {
		return "", err
	}
	if !court.ValidID(n.ID) {
		return "", court.ErrInvalid.In("event")
	}
	text, err := json.Marshal(n)
	if err != nil {
		return "", err
	}
	asks := Draft{CaseID: n.CaseID, PersonID: n.PersonID, SessionID: n.SessionID, Kind: court.KindDocumentServed, Body: court.Body{JSON: text}}
	documentID = derivedID("document", n.PersonID, n.ID)
	return documentID, s.write(ctx, func(ctx context.Context, tx *Tx) error {
		st, err := tx.standingOf(ctx, &asks)
		if err != nil {
			return err
		}
		if err := court.CheckInCase(court.ActDocumentServe, st); err != nil {
			return err
		}
		var one int // of one person's devices one serves, so that a repeat is seen
		if err := tx.row(ctx, "SELECT 1 FROM person WHERE id = $1"+tx.lock, n.PersonID).Scan(&one); err != nil {
			return err
		}
		if served, err := tx.servedBefore(ctx, &asks, documentID); served || err != nil {
			return err
		}
		if err := tx.serve(ctx, &n, &asks, documentID, st); err != nil {
			return err
		}
		if n.Draft != "" {
			if _, err := draftsOfDocuments.remove(ctx, tx, n.CaseID, n.PersonID, n.Draft); err != nil {
				return err
			}
		}
		return tx.audit(ctx, n.PersonID, court.ActDocumentServe, n.CaseID, string(court.KindDocumentServed), n.Address)
	})
}

// servedBefore reports whether the same act was done before; court.ErrIDReused for another under its id.
func (tx *Tx) servedBefore(ctx context.Context, asks *Draft, documentID string) (bool, error) {
	var was []byte
	d := *asks
	err := tx.row(ctx, `SELECT e.thread, e.digest FROM service v JOIN event e ON e.case_id = v.case_id AND e.thread = 'service/' || v.participant_id AND e.seq = v.seq
		WHERE v.document_id = $1 LIMIT 1`, documentID).Scan(&d.Thread, &was)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	if err == nil && !bytes.Equal(was, d.digest()) {
		err = court.ErrIDReused
	}
	return true, err
}

// recipient is somebody on whom a document is to be served.
type recipient struct {
	id      string
	consent serviceConsent
	head    head
}

func (tx *Tx) serve(ctx context.Context, n *NewDocument, asks *Draft, documentID string, st *court.Standing) error {
	var all []recipient
	for _, id := range slices.Sorted(slices.Values(n.Recipients)) { // threads are locked in one order by everybody
		field := court.PageField("recipients", slices.Index(n.Recipients, id))
		role, err := memberRole(ctx, tx, n.CaseID)(id)
		if err != nil {
			return err
		}
		if role != court.RoleParty && role != court.RoleRepresentative {
			return court.ErrInvalid.In(field)
		}
		r := recipient{id: id}
		if r.head, err = tx.lockHead(ctx, n.CaseID, court.ServiceThread(id)); err != nil {
			return err
		}
		if r.consent, err = serviceConsentOf(ctx, tx, id); err != nil {
			return err
		}
		if err := court.CheckConsent(n.Kind, r.consent.electronic, r.consent.decisions); err != nil {
			return court.AsError(err).In(field)
		}
		stage, err := consentOf(ctx, tx, n.CaseID, id, consent.Service)
		if err == nil && stage.Chosen() != nil { // refused since, or moved offline by the judge
			err = court.ErrNoElectronicService.In(field)
		}
		if err != nil {
			return err
		}
		all = append(all, r)
	}
	page, err := tx.takeDocument(ctx, n, all[0])
	if err != nil {
		return err
	}
	for i, r := range all {
		at := max(tx.now, r.head.at)
		d := *asks
		d.Thread, d.ID = court.ServiceThread(r.id), derivedID("service", n.PersonID, n.ID, r.id)
		d.Body.Words = n.Title + "\n" + n.Number + "\n" + n.Kind.Name()
		body := servedBody{Document: documentID, Service: d.ID, Recipient: r.id, Kind: n.Kind, Title: n.Title, Number: n.Number, Note: n.Note, Page: page,
			Basis: r.consent.basis, AddressVersion: r.consent.version, ServedAt: court.ServedAt(r.consent.basis, at, 0, 0)}
		if i > 0 {
			if body.Page.Attachment, err = tx.copyAttachment(ctx, page.Attachment, &d, r.head.seq+1); err != nil {
				return err
			}
		}
		text, err := json.Marshal(body)
		if err != nil {
			return err
		}
		done, err := tx.place(ctx, &d, st.ParticipantID, text, r.head)
		if err == nil && done.Repeat { // of an act whose document is gone: somebody has changed the tables
			err = court.ErrIDReused
		}
		if err == nil {
			err = tx.apply(ctx, &tx.events[len(tx.events)-1])
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// takeDocument takes the file into the event of the first recipient.
func (tx *Tx) takeDocument(ctx context.Context, n *NewDocument, first recipient) (ExhibitPage, error) {
	x := &acting{Tx: tx, RoomAct: n.RoomAct, thread: court.ServiceThread(first.id), seq: first.head.seq + 1}
	taken, err := x.takeFiles(ctx, map[string]wantedPage{n.File.Attachment: {*n.File, "file"}})
	page := taken[n.File.Attachment]
	if err == nil && page.Media != court.PagePDF {
		err = court.ErrFileType.In("file.attachment")
	}
	return page, err
}

// copyAttachment makes an attachment of the same content for another event.
func (tx *Tx) copyAttachment(ctx context.Context, id string, d *Draft, seq int64) (string, error) {
	made := NewID()
	_, err := tx.exec(ctx, `INSERT INTO attachment (id, person_id, upload_id, kind, name, size, type, sha256, thumb_sha256, width, height, created_at, finished_at, case_id, thread, seq)
		SELECT $2, person_id, $2, kind, name, size, type, sha256, thumb_sha256, width, height, $3, $3, $4, $5, $6 FROM attachment WHERE id = $1`,
		id, made, tx.now, d.CaseID, d.Thread, seq)
	return made, err
}
