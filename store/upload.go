package store

import (
	"context"
	"database/sql"

	"microcourt/store/court"
)

// NewUpload is what somebody wants to send.
type NewUpload struct {
	PersonID  string
	SessionID string
	Kind      court.Kind
	Name      string
	Size      int64 // bytes
}

// Upload is a file on its way, or arrived.
type Upload struct {
	ID       string
	Transfer string // its id in the file store; "" where a crash came before it was made
	Kind     court.Kind
	Name     string
	Size     int64
	// Refused is why a complete upload was not accepted, or nil.
	Refused *court.Error
	// Attachment is nil until the upload is complete and processed.
	Attachment *Attachment
}

// Done reports whether nothing more happens with the upload.
func (u *Upload) Done() bool { return u.Refused != nil || u.Attachment != nil }

// What one person may have waiting: uploads that are not complete, and files that no event names yet.
const (
	maxUnfinished   = 20
	maxWaiting      = 400 // more than one submission takes
	maxWaitingBytes = 4 << 30
)

// createUpload notes an upload before its first byte, if the person has room for it.
func (s *Store) createUpload(ctx context.Context, u NewUpload) (*Upload, error) {
	id, attachment := NewID(), NewID()
	err := s.write(ctx, func(ctx context.Context, tx *Tx) error {
		if err := tx.checkSession(ctx, u.SessionID, u.PersonID); err != nil {
			return err
		}
		if err := tx.roomForUpload(ctx, u); err != nil {
			return err
		}
		_, err := tx.exec(ctx, "INSERT INTO attachment (id, person_id, upload_id, kind, name, size, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
			attachment, u.PersonID, id, string(u.Kind), u.Name, u.Size, tx.now)
		return err
	})
	return &Upload{ID: id, Kind: u.Kind, Name: u.Name, Size: u.Size}, err
}

func (tx *Tx) roomForUpload(ctx context.Context, u NewUpload) error {
	var one int // the person's row is the lock under which is counted
	if err := tx.row(ctx, "SELECT 1 FROM person WHERE id = $1"+tx.lock, u.PersonID).Scan(&one); err != nil {
		return notFound(err)
	}
	var unfinished, waiting, bytes int64
	err := tx.row(ctx, `SELECT COALESCE(SUM(CASE WHEN finished_at IS NULL AND refused = '' THEN 1 ELSE 0 END), 0), COUNT(*),
		CAST(COALESCE(SUM(CASE WHEN refused = '' THEN size ELSE 0 END), 0) AS BIGINT)
		FROM attachment WHERE person_id = $1 AND seq = 0`, u.PersonID).Scan(&unfinished, &waiting, &bytes)
	if err == nil && (unfinished >= maxUnfinished || waiting >= maxWaiting || bytes+u.Size > maxWaitingBytes) {
		return court.ErrUploads
	}
	return err
}

// setTransfer notes where the bytes of an upload go.
func (s *Store) setTransfer(ctx context.Context, uploadID, transfer string) error {
	return s.write(ctx, func(ctx context.Context, tx *Tx) error {
		n, err := tx.exec(ctx, "UPDATE attachment SET transfer = $2 WHERE upload_id = $1", uploadID, transfer)
		if err == nil && n == 0 {
			return court.ErrNotFound
		}
		return err
	})
}

// ownUpload gives a person's own upload. Another's is not_found, as one that never was.
func (s *Store) ownUpload(ctx context.Context, personID, uploadID string) (*Upload, error) {
	u := &Upload{ID: uploadID}
	var a Attachment
	var thumb, refused string
	var finished sql.NullInt64
	err := s.row(ctx, `SELECT id, transfer, kind, name, size, refused, type, sha256, thumb_sha256, width, height, finished_at
		FROM attachment WHERE upload_id = $1 AND person_id = $2`, uploadID, personID).
		Scan(&a.ID, &u.Transfer, &u.Kind, &a.Name, &a.Size, &refused, &a.Type, &a.SHA256, &thumb, &a.Width, &a.Height, &finished)
	if err != nil {
		return nil, notFound(err)
	}
	u.Name, u.Size = a.Name, a.Size
	if refused != "" {
		u.Refused = refusal(refused)
	}
	if finished.Valid {
		a.Thumbnail = thumb != ""
		u.Attachment = &a
	}
	return u, nil
}

// refusal gives the error of a code that refuseUpload noted.
func refusal(code string) *court.Error {
	for _, e := range court.Errors {
		if e.Code == code {
			return e
		}
	}
	return court.ErrInternal
}

// refuseUpload notes that a complete upload is not accepted.
func (s *Store) refuseUpload(ctx context.Context, uploadID string, reason *court.Error) error {
	return s.write(ctx, func(ctx context.Context, tx *Tx) error {
		_, err := tx.exec(ctx, "UPDATE attachment SET refused = $2 WHERE upload_id = $1 AND finished_at IS NULL", uploadID, reason.Code)
		return err
	})
}

// cancelUpload forgets a person's own upload that no event names, and gives its transfer.
func (s *Store) cancelUpload(ctx context.Context, personID, uploadID string) (transfer string, err error) {
	err = s.write(ctx, func(ctx context.Context, tx *Tx) error {
		if err := tx.row(ctx, "SELECT transfer FROM attachment WHERE upload_id = $1 AND person_id = $2 AND seq = 0"+tx.lock, uploadID, personID).Scan(&transfer); err != nil {
			return notFound(err)
		}
		_, err := tx.exec(ctx, "DELETE FROM attachment WHERE upload_id = $1 AND seq = 0", uploadID)
		return err
	})
	return transfer, err
}
