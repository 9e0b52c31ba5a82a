package store

import (
	"context"
	"time"

	"github.com/tus/tusd/v2/pkg/handler"
)

// SweepUnneeded removes content that no attachment needs as if it were that much later.
func SweepUnneeded(ctx context.Context, f *Files, later time.Duration) (int, error) {
	w := NewSweeper(f)
	w.now = func() time.Time { return f.s.now().Add(later) }
	return w.contents(ctx)
}

// NewUploadLocks makes the locks that several nodes share.
func NewUploadLocks(s *Store) handler.Locker { return uploadLocks{s, s.log} }

// LeaseTime is how long a dead holder keeps an upload's lock.
const LeaseTime = leaseTime

// AttachmentOf gives the id that an upload's attachment will have.
func AttachmentOf(ctx context.Context, s *Store, uploadID string) (id string, err error) {
	return id, s.row(ctx, "SELECT id FROM attachment WHERE upload_id = $1", uploadID).Scan(&id)
}

// Dangling counts attachments whose content or thumbnail the record doesn't know.
func Dangling(ctx context.Context, s *Store) (n int, err error) {
	return n, s.row(ctx, `SELECT COUNT(*) FROM attachment a WHERE finished_at IS NOT NULL AND (
		NOT EXISTS (SELECT 1 FROM blob b WHERE b.sha256 = a.sha256) OR
		thumb_sha256 <> '' AND NOT EXISTS (SELECT 1 FROM blob b WHERE b.sha256 = a.thumb_sha256))`).Scan(&n)
}

// UploadOf gives the upload that an attachment came from.
func UploadOf(ctx context.Context, s *Store, attachmentID string) (id string, err error) {
	return id, s.row(ctx, "SELECT upload_id FROM attachment WHERE id = $1", attachmentID).Scan(&id)
}

// PointAttachment makes an attachment's row name other content.
func PointAttachment(ctx context.Context, s *Store, attachmentID, sum string) error {
	return s.write(ctx, func(ctx context.Context, tx *Tx) error {
		_, err := tx.exec(ctx, "UPDATE attachment SET sha256 = $2 WHERE id = $1", attachmentID, sum)
		return err
	})
}

// Clock gives a record's time in Unix milliseconds.
func Clock(s *Store) int64 { return s.nowMS() }

// ListTables names the tables that follow from events and can be made anew.
func ListTables() (names []string) {
	for _, l := range allLists() {
		for _, t := range l.tables {
			names = append(names, t.name)
		}
	}
	return names
}
