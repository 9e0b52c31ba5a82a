package store

import (
	"context"
	"database/sql"
	"errors"
	"log/slog"
	"time"

	"microcourt/store/blob"
)

// Ages after which the sweeper removes something. Nothing takes longer than processTime from being stored to being
// named in the record, so that content of sweepAge that isn't named there never will be.
const (
	sweepAge   = 24 * time.Hour     // content that no attachment needs
	waitingAge = 7 * 24 * time.Hour // uploads that aren't complete, attachments that no event names
	forgotten  = waitingAge + 24*time.Hour
	draftAge   = 180 * 24 * time.Hour // drafts that nobody has touched; their files wait with them

	// proofingAge is how long pictures and numbers of a proof of identity are kept after its decision, or after it was last touched (个人信息保护法 第19条: no longer
	// than needed; the text face_consent promises it).
	proofingAge = 30 * 24 * time.Hour
)

// sweepEvery is how often the sweeper works.
const sweepEvery = time.Hour

// Sweeper removes what nobody needs: uploads that were given up, attachments that were never sent, content that no
// attachment and no recording needs. Several nodes may sweep at once.
type Sweeper struct {
	files *Files
	log   *slog.Logger
	// now is the clock against which ages are taken.
	now func() time.Time
}

// NewSweeper makes a sweeper; whoever makes it runs Run.
func NewSweeper(files *Files) *Sweeper {
	return &Sweeper{files: files, log: files.log, now: files.s.now}
}

// Run sweeps every hour until ctx ends.
func (w *Sweeper) Run(ctx context.Context) {
	timer := time.NewTimer(time.Minute) // not in the rush of a start
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
		}
		swept, err := w.Sweep(ctx)
		if err != nil && ctx.Err() == nil {
			w.log.Error("sweeping files failed; it is tried again", "err", err, "again_in", sweepEvery)
		}
		if swept != (Swept{}) {
			w.log.Info("swept files", "drafts", swept.Drafts, "attachments", swept.Attachments, "contents", swept.Contents, "strays", swept.Strays, "proofings", swept.Proofings)
		}
		timer.Reset(sweepEvery)
	}
}

// Swept counts what was removed.
type Swept struct {
	Drafts      int // of evidence, applications, documents and filings, given up
	Attachments int // uploads given up, and attachments never sent
	Contents    int // content that no attachment needed
	Strays      int // content of which the record knew nothing, after crashes
	Proofings   int // proofs of identity whose pictures and numbers were removed
}

// Sweep sweeps once. Where one thing can't be removed it goes on with the next.
func (w *Sweeper) Sweep(ctx context.Context) (Swept, error) {
	var swept Swept
	var errs [6]error
	swept.Drafts, errs[0] = w.files.s.sweepDrafts(ctx, w.now().Add(-draftAge).UnixMilli())
	swept.Proofings, errs[5] = w.files.s.scrubProofings(ctx, w.now().Add(-proofingAge).UnixMilli())
	swept.Attachments, errs[1] = w.attachments(ctx)
	swept.Contents, errs[2] = w.contents(ctx)
	swept.Strays, errs[3] = w.strays(ctx)
	errs[4] = w.files.Transfers().EndOlder(ctx, w.now().Add(-forgotten))
	return swept, errors.Join(errs[:]...)
}

// undrafted: no draft of evidence, of an application, of a document or of a filing names the attachment, nor a filing itself.
const undrafted = ` AND NOT EXISTS (SELECT 1 FROM evidence_draft_file f WHERE f.attachment_id = attachment.id)
	AND NOT EXISTS (SELECT 1 FROM application_draft_file f WHERE f.attachment_id = attachment.id)
	AND NOT EXISTS (SELECT 1 FROM document_draft_file f WHERE f.attachment_id = attachment.id)
	AND NOT EXISTS (SELECT 1 FROM filing_draft_file f WHERE f.attachment_id = attachment.id)
	AND NOT EXISTS (SELECT 1 FROM filing_file f WHERE f.attachment_id = attachment.id)`

// attachments removes the rows of uploads and attachments that waited too long. Their content goes with contents.
func (w *Sweeper) attachments(ctx context.Context) (int, error) {
	s, before := w.files.s, w.now().Add(-waitingAge).UnixMilli()
	type waiting struct{ id, transfer string }
	rows, err := s.query(ctx, "SELECT id, transfer FROM attachment WHERE seq = 0 AND COALESCE(finished_at, created_at) < $1"+undrafted, before)
	found, err := collect(rows, err, func(r *sql.Rows) (a waiting, err error) { return a, r.Scan(&a.id, &a.transfer) })
	if err != nil {
		return 0, err
	}
	count := 0
	var errs []error
	for _, a := range found {
		var removed int64
		err := s.write(ctx, func(ctx context.Context, tx *Tx) (err error) {
			removed, err = tx.exec(ctx, "DELETE FROM attachment WHERE id = $1 AND seq = 0 AND COALESCE(finished_at, created_at) < $2"+undrafted, a.id, before)
			return err
		})
		if err == nil && removed > 0 && a.transfer != "" {
			err = w.files.Transfers().End(ctx, a.transfer)
		}
		count += int(removed)
		errs = append(errs, err)
	}
	return count, errors.Join(errs...)
}

// contents removes content that no attachment and no recording needs: first the row, under the lock that useBlob takes too, then the
// content itself. The same content that comes at this moment gets another name, which this can't hit.
func (w *Sweeper) contents(ctx context.Context) (int, error) {
	s, before := w.files.s, w.now().Add(-sweepAge).UnixMilli()
	rows, err := s.query(ctx, "SELECT b.name FROM blob b WHERE b.used_at < $1 AND "+unneeded, before)
	names, err := collect(rows, err, func(r *sql.Rows) (n blob.Name, err error) { return n, r.Scan(&n) })
	if err != nil {
		return 0, err
	}
	count := 0
	var errs []error
	for _, name := range names {
		removed, err := s.forgetBlob(ctx, name, before)
		if err == nil && removed {
			count++
			err = w.files.blobs.Remove(ctx, name)
		}
		errs = append(errs, err)
	}
	return count, errors.Join(errs...)
}

const unneeded = `NOT EXISTS (SELECT 1 FROM attachment a WHERE a.sha256 = b.sha256)
	AND NOT EXISTS (SELECT 1 FROM attachment a WHERE a.thumb_sha256 = b.sha256)
	AND NOT EXISTS (SELECT 1 FROM recording_file r WHERE r.sha256 = b.sha256)
	AND NOT EXISTS (SELECT 1 FROM proofing_file p WHERE p.sha256 = b.sha256)`

// forgetBlob removes the row of content that is still unneeded. The lock and the look are two statements: on PostgreSQL the
// second sees what was committed while the first waited.
func (s *Store) forgetBlob(ctx context.Context, name blob.Name, before int64) (removed bool, err error) {
	err = s.write(ctx, func(ctx context.Context, tx *Tx) error {
		removed = false
		var one int
		err := tx.row(ctx, "SELECT 1 FROM blob WHERE sha256 = $1 AND name = $2 AND used_at < $3"+tx.lock, name.Sum(), string(name), before).Scan(&one)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		n, err := tx.exec(ctx, "DELETE FROM blob AS b WHERE b.sha256 = $1 AND b.name = $2 AND "+unneeded, name.Sum(), string(name))
		removed = n > 0
		return err
	})
	return removed, err
}

// strays removes content that is old and of which the record knows nothing: what a crash left between storing and noting, or
// between forgetting and removing.
func (w *Sweeper) strays(ctx context.Context) (int, error) {
	before, count := w.now().Add(-sweepAge), 0
	var old []blob.Name
	err := w.files.blobs.List(ctx, func(e blob.Entry) error {
		if e.At.Before(before) {
			old = append(old, e.Name)
		}
		return nil
	})
	errs := []error{err}
	for _, name := range old {
		known, err := w.files.s.blobOf(ctx, name.Sum())
		if err == nil && known != name {
			count++
			err = w.files.blobs.Remove(ctx, name)
		}
		errs = append(errs, err)
	}
	return count, errors.Join(errs...)
}
