package store

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/tus/tusd/v2/pkg/handler"
	"github.com/tus/tusd/v2/pkg/memorylocker"

	"microcourt/store/blob"
	"microcourt/store/court"
)

// Files takes files in and gives them out. A file is an upload first; when it has arrived completely it is looked at
// and made durable under its hash, and only then an attachment that an event can name. Close ends the work.
type Files struct {
	s      *Store
	blobs  blob.Store
	limits court.UploadLimits
	locks  handler.Locker
	log    *slog.Logger

	slots     chan struct{} // one for each upload that is being processed
	verifying chan struct{} // one for each exhibit that is being verified
	ctx       context.Context
	stop      context.CancelFunc
	workers   sync.WaitGroup

	mu      sync.Mutex
	closed  bool
	working map[string]*processing // by upload id
}

// processing is an upload that a goroutine is working on.
type processing struct {
	done chan struct{}
	err  error // set before done is closed
}

// FilesConfig says how files are taken in.
type FilesConfig struct {
	// Limits by kind; what is 0 is the default.
	Limits court.UploadLimits
	Log    *slog.Logger
}

// maxProcessing bounds how many uploads one node reads and hashes at a time.
const maxProcessing = 4

// processTime bounds the processing of one upload. The sweeper leaves younger content alone, see sweepAge.
const processTime = 30 * time.Minute

// NewFiles makes the files of a record whose content is in blobs.
func NewFiles(s *Store, blobs blob.Store, cfg FilesConfig) *Files {
	f := &Files{s: s, blobs: blobs, limits: cfg.Limits, log: cfg.Log, slots: make(chan struct{}, maxProcessing),
		verifying: make(chan struct{}, maxVerifying), working: map[string]*processing{}}
	for limit, usual := range map[*int64]int64{
		&f.limits.Image: court.DefaultUploadLimits.Image, &f.limits.Voice: court.DefaultUploadLimits.Voice,
		&f.limits.Video: court.DefaultUploadLimits.Video, &f.limits.File: court.DefaultUploadLimits.File,
	} {
		if *limit == 0 {
			*limit = usual
		}
	}
	if f.log == nil {
		f.log = slog.New(slog.DiscardHandler)
	}
	if blobs.Shared() {
		f.locks = uploadLocks{s, f.log}
	} else {
		f.locks = memorylocker.New()
	}
	f.ctx, f.stop = context.WithCancel(context.Background())
	return f
}

// Close stops the processing of uploads and waits for it; what was interrupted is done when somebody asks again.
func (f *Files) Close() {
	f.mu.Lock()
	f.closed = true
	f.mu.Unlock()
	f.stop()
	f.workers.Wait()
}

// Limits gives how large files may be.
func (f *Files) Limits() court.UploadLimits { return f.limits }

// Transfers is where the bytes of uploads go.
func (f *Files) Transfers() blob.Transfers { return f.blobs.Transfers() }

// Locks keep two requests, on whichever nodes, from working on one upload.
func (f *Files) Locks() handler.Locker { return f.locks }

// Create begins an upload. Errors: ErrInvalid for a kind that has no file or an empty one, ErrTooLarge, ErrFileType for a name
// that no type could make good, ErrUploads where too much of the person's is waiting.
func (f *Files) Create(ctx context.Context, u NewUpload) (*Upload, error) {
	limit := f.limits.Of(u.Kind)
	switch {
	case limit == 0:
		return nil, court.ErrInvalid.In("kind")
	case u.Size <= 0:
		return nil, court.ErrInvalid.In("size")
	case u.Size > limit:
		return nil, court.ErrTooLarge.In("size")
	}
	u.Name = court.CleanFileName(u.Name)
	if court.ActiveName(u.Name) {
		return nil, court.ErrFileType.In("filename")
	}
	up, err := f.s.createUpload(ctx, u)
	if err != nil {
		return nil, err
	}
	if up.Transfer, err = blob.Begin(ctx, f.Transfers(), up.ID, up.Size); err != nil {
		return nil, err
	}
	return up, f.s.setTransfer(ctx, up.ID, up.Transfer)
}

// Own gives a person's own upload, or ErrNotFound.
func (f *Files) Own(ctx context.Context, personID, uploadID string) (*Upload, error) {
	return f.s.ownUpload(ctx, personID, uploadID)
}

// Cancel ends a person's own upload, also one that is finished but not named by an event.
func (f *Files) Cancel(ctx context.Context, personID, uploadID string) error {
	transfer, err := f.s.cancelUpload(ctx, personID, uploadID)
	if err != nil || transfer == "" {
		return err
	}
	lock, err := f.locks.NewLock(transfer)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	if err := lock.Lock(ctx, func() {}); err != nil {
		return nil // who holds it finds the upload gone; the sweeper removes the rest
	}
	defer lock.Unlock()
	if err := f.Transfers().End(ctx, transfer); err != nil {
		f.log.Warn("a cancelled upload could not be removed; the sweeper will", "upload", uploadID, "err", err)
	}
	return nil
}

// Result gives what became of a person's own upload. If it has arrived but is not processed yet, the result is waited for
// for at most the given time; after that Attachment is nil. ErrUploadUnfinished while bytes are missing.
func (f *Files) Result(ctx context.Context, personID, uploadID string, wait time.Duration) (*Upload, error) {
	up, err := f.Own(ctx, personID, uploadID)
	if err != nil || up.Attachment != nil {
		return up, err
	}
	if up.Refused != nil {
		return nil, up.Refused
	}
	p := f.process(up)
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-p.done:
	case <-timer.C:
		return up, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if errors.Is(p.err, blob.ErrUnfinished) {
		return nil, court.ErrUploadUnfinished
	}
	after, err := f.Own(ctx, personID, uploadID)
	switch {
	case err != nil:
		return nil, err
	case after.Refused != nil:
		return nil, after.Refused
	case after.Attachment == nil:
		return nil, p.err
	}
	return after, nil
}

// Arrived starts the processing of an upload that may be complete now, without waiting for it.
func (f *Files) Arrived(up *Upload) {
	if !up.Done() {
		f.process(up)
	}
}

// process has an upload processed by a goroutine of its own, unless one is at it already.
func (f *Files) process(up *Upload) *processing {
	f.mu.Lock()
	defer f.mu.Unlock()
	if p, ok := f.working[up.ID]; ok {
		return p
	}
	p := &processing{done: make(chan struct{})}
	if f.closed {
		p.err = court.ErrUnavailable
		close(p.done)
		return p
	}
	f.working[up.ID] = p
	f.workers.Go(func() { // Close stops and awaits it
		p.err = f.processOne(up)
		f.mu.Lock()
		delete(f.working, up.ID)
		f.mu.Unlock()
		close(p.done)
	})
	return p
}

func (f *Files) processOne(up *Upload) error {
	ctx, cancel := context.WithTimeout(f.ctx, processTime)
	defer cancel()
	select {
	case f.slots <- struct{}{}:
		defer func() { <-f.slots }()
	case <-ctx.Done():
		return court.ErrUnavailable
	}
	err := f.finish(ctx, up)
	if errors.Is(err, blob.ErrNotFound) { // cancelled, done by another node, or lost with this machine's power
		err = court.ErrNotFound
	}
	if err != nil && ctx.Err() == nil && !errors.Is(err, blob.ErrUnfinished) && !errors.Is(err, court.ErrNotFound) {
		f.log.Error("processing an upload failed; it is tried again when asked for", "upload", up.ID, "err", err)
	}
	return err
}

// OpenFile is a file open for reading. The reader closes it.
type OpenFile struct {
	blob.Content
	Name string
	Type string
	// Service names the service whose recipient is the reader and opens the document for the first time; "" otherwise.
	Service string
	Case    string // of the event that names the file; "" for none
	// Mark is what the court wants to stand over what the reader is shown; "" for nothing.
	Mark string
}

// Open opens an attachment, or its thumbnail, for somebody who may read it; for everybody else it is ErrNotFound.
func (f *Files) Open(ctx context.Context, personID, attachmentID string, thumbnail bool) (*OpenFile, error) {
	r, err := f.s.readableAttachment(ctx, personID, attachmentID)
	if err != nil {
		return nil, err
	}
	name, open := r.content, &OpenFile{Name: r.name, Type: r.mediaType, Service: r.service, Case: r.caseID, Mark: r.mark}
	if thumbnail {
		name, open.Name, open.Type, open.Mark = r.thumbnail, "thumbnail.jpg", "image/jpeg", "" // too small to pass on as evidence
		if name == "" {
			return nil, court.ErrNotFound
		}
	}
	if open.Content, err = f.blobs.Open(ctx, name); err != nil {
		if errors.Is(err, blob.ErrNotFound) { // never happens while the disk and the bucket are whole
			f.log.Error("the content of an attachment is missing", "attachment", attachmentID)
			err = court.ErrInternal
		}
		return nil, err
	}
	return open, nil
}
