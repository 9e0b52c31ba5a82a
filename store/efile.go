package store

import (
	"context"
	"io"
	"slices"

	"microcourt/store/court"
	"microcourt/store/seal/archive"
)

// ReadRecord gives a case's record to who makes something of it: the cover, then the events of the room, of service and of the bench's threads as far as the
// reader reads them, as they would stand in the reader's archive; what two participants said to each other for these two alone.
func (f *Files) ReadRecord(ctx context.Context, of ArchiveOf, cover func(archive.Cover), line func(thread string, l archive.Line)) error {
	c, err := f.s.cover(ctx, of.CaseID)
	if err != nil {
		return err
	}
	cover(c)
	threads := c.Threads()
	slices.Sort(threads)
	for _, thread := range threads {
		th, err := court.ParseThread(thread)
		if err != nil || th.Kind == court.ThreadPair && of.View.Court || !of.View.Shows(thread) {
			continue
		}
		from := int64(0)
		if of.Reader != nil {
			from = th.ReadsFrom(of.Reader)
		}
		for after, more := int64(0), true; more; {
			page, err := f.s.sealRows(ctx, of.CaseID, thread, after, 1<<62)
			if err != nil {
				return err
			}
			for i := range page {
				if after = page[i].Seq; page[i].At >= from {
					line(thread, archive.LineOf(&page[i].Event, page[i].withdrawn, of.View.Court))
				}
			}
			more = len(page) == sealPage
		}
	}
	return nil
}

// ContentOf opens the bytes of a file by their SHA-256, for the program's own work: nothing here asks who reads it.
func (f *Files) ContentOf(ctx context.Context, sha256 string) (io.ReadSeekCloser, error) {
	name, err := f.s.blobOf(ctx, sha256)
	if err == nil && !name.Valid() {
		err = court.ErrNotFound
	}
	if err != nil {
		return nil, err
	}
	return f.blobs.Open(ctx, name)
}
