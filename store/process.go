package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"strings"

	"microcourt/store/blob"
	"microcourt/store/blob/picture"
	"microcourt/store/court"
)

// finish makes an attachment of an upload that has arrived: looks at its content, makes it durable, and notes it in the
// record last, so that after a crash anywhere between it can simply be done again.
func (f *Files) finish(ctx context.Context, up *Upload) error {
	sum, mediaType, err := f.inspect(ctx, up)
	if err != nil {
		return err
	}
	if err := court.CheckFile(up.Kind, mediaType, up.Name); err != nil {
		if err := f.s.refuseUpload(ctx, up.ID, court.AsError(err)); err != nil {
			return err
		}
		return f.Transfers().End(ctx, up.Transfer)
	}
	for try := 0; ; try++ {
		spare, err := f.place(ctx, up, sum, mediaType)
		for _, name := range spare {
			if err := f.blobs.Remove(ctx, name); err != nil {
				f.log.Warn("a spare copy could not be removed; the sweeper will", "err", err)
			}
		}
		if errors.Is(err, errPlaceAgain) && try < 5 {
			continue
		}
		if err != nil {
			return err
		}
		return f.Transfers().End(ctx, up.Transfer)
	}
}

// inspect reads an upload once, for its hash and its type.
func (f *Files) inspect(ctx context.Context, up *Upload) (sum [sha256.Size]byte, mediaType string, err error) {
	if up.Transfer == "" {
		return sum, "", blob.ErrUnfinished
	}
	r, err := blob.Complete(ctx, f.Transfers(), up.Transfer)
	if err != nil {
		return sum, "", err
	}
	defer r.Close()
	h := sha256.New()
	var head bytes.Buffer
	if _, err = io.Copy(io.MultiWriter(h, &head), io.LimitReader(r, blob.SniffBytes)); err != nil {
		return sum, "", err
	}
	size := int64(head.Len())
	for size < up.Size && err == nil { // in pieces, to see that we are to stop
		var n int64
		n, err = io.CopyN(h, r, min(up.Size-size, 1<<20))
		size += n
		if ctx.Err() != nil {
			err = ctx.Err()
		}
	}
	if err != nil {
		return sum, "", fmt.Errorf("read the upload: %w", err)
	}
	return [sha256.Size]byte(h.Sum(nil)), blob.Sniff(head.Bytes()), nil
}

// place makes the content, and a thumbnail of a picture, durable, and then the attachment. It gives the copies of its
// own that the record surely doesn't name.
func (f *Files) place(ctx context.Context, up *Upload, sum [sha256.Size]byte, mediaType string) ([]blob.Name, error) {
	done := finished{mediaType: mediaType}
	var err error
	done.content, err = f.placeOnce(ctx, sum, up.Size, func(name blob.Name) error { return f.blobs.Adopt(ctx, name, up.Transfer) })
	if err != nil {
		return nil, err
	}
	if strings.HasPrefix(mediaType, "image/") {
		if err := f.placePicture(ctx, &done); err != nil {
			return done.fresh(), err
		}
	}
	spare, err := f.s.finishAttachment(ctx, up.ID, done)
	if errors.Is(err, errPlaceAgain) || errors.Is(err, court.ErrNotFound) { // nothing was noted
		spare = done.fresh()
	}
	return spare, err
}

// placeOnce stores content unless it is there already.
func (f *Files) placeOnce(ctx context.Context, sum [sha256.Size]byte, size int64, put func(blob.Name) error) (placed, error) {
	fresh := blob.NewName(sum)
	var missing blob.Name
	for {
		there, err := f.s.blobOf(ctx, fresh.Sum())
		if err != nil {
			return placed{}, err
		}
		if there == "" {
			return placed{fresh, size}, put(fresh)
		}
		if there == missing { // not swept, then the record would not know it any more
			f.log.Error("stored content was missing; it is put back from a new upload of the same")
			return placed{there, -1}, put(there)
		}
		content, err := f.blobs.Open(ctx, there)
		if err == nil {
			return placed{there, -1}, content.Close()
		}
		if !errors.Is(err, blob.ErrNotFound) {
			return placed{}, err
		}
		missing = there
	}
}

// placePicture looks at a picture that has been placed. What can't be decoded has no thumbnail; it may be evidence all
// the same.
func (f *Files) placePicture(ctx context.Context, done *finished) error {
	content, err := f.blobs.Open(ctx, done.content.name)
	if errors.Is(err, blob.ErrNotFound) {
		return errPlaceAgain
	}
	if err != nil {
		return err
	}
	defer content.Close()
	p, err := picture.Look(ctx, content)
	done.width, done.height = p.Width, p.Height
	if errors.Is(err, picture.ErrUnknown) || errors.Is(err, picture.ErrTooLarge) {
		return nil
	}
	if err != nil {
		return err
	}
	done.thumb, err = f.placeOnce(ctx, sha256.Sum256(p.Thumbnail), int64(len(p.Thumbnail)), func(name blob.Name) error {
		return f.blobs.Put(ctx, name, bytes.NewReader(p.Thumbnail))
	})
	return err
}
