package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"

	"microcourt/store/blob"
	"microcourt/store/court"
)

// Keep makes content that the program itself has made (a document that was printed) an attachment of a person's, as an upload would be: theirs alone
// until an event names it, and swept if none does. It is durable when Keep returns.
func (f *Files) Keep(ctx context.Context, personID, name, mediaType string, data []byte) (*Attachment, error) {
	a := Attachment{ID: NewID(), File: File{Name: court.CleanFileName(name), Type: mediaType, Size: int64(len(data))}}
	sum := sha256.Sum256(data)
	for try := 0; ; try++ {
		content, err := f.placeOnce(ctx, sum, a.Size, func(name blob.Name) error { return f.blobs.Put(ctx, name, bytes.NewReader(data)) })
		if err != nil {
			return nil, err
		}
		a.SHA256 = content.sum()
		used, err := f.s.keepAttachment(ctx, personID, a, content)
		if content.size >= 0 && used != content.name { // the same content came from elsewhere, or nothing was noted
			if err := f.blobs.Remove(ctx, content.name); err != nil {
				f.log.Warn("a spare copy could not be removed; the sweeper will", "err", err)
			}
		}
		if errors.Is(err, errPlaceAgain) && try < 5 {
			continue
		}
		return &a, err
	}
}

// keepAttachment notes an attachment whose content is durable, and gives the copy that is used.
func (s *Store) keepAttachment(ctx context.Context, personID string, a Attachment, content placed) (used blob.Name, err error) {
	err = s.write(ctx, func(ctx context.Context, tx *Tx) (err error) {
		if used, err = tx.useBlob(ctx, content); err != nil {
			return err
		}
		_, err = tx.exec(ctx, `INSERT INTO attachment (id, person_id, upload_id, kind, name, size, type, sha256, created_at, finished_at)
			VALUES ($1, $2, $1, $3, $4, $5, $6, $7, $8, $8)`, a.ID, personID, string(court.KindFile), a.Name, a.Size, a.Type, a.SHA256, tx.now)
		return err
	})
	return used, err
}
