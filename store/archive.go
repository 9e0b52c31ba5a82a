package store

import (
	"context"
	"database/sql"
	"errors"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"microcourt/store/blob"
	"microcourt/store/court"
	"microcourt/store/seal"
	"microcourt/store/seal/archive"
)

// ArchiveOf says whose archive of a case is wanted.
type ArchiveOf struct {
	CaseID string
	View   archive.View
	// Reader bounds what somebody of the court reads of the bench's threads; nil for the court's own complete archive.
	Reader *court.Standing
	// EveryHead opens every seal in the archive. Otherwise those are opened in which something of the archive changed, the last
	// one of each day, and the newest.
	EveryHead bool
	// Beside is written into the archive beside the record; nil for nothing.
	Beside Beside
}

// Beside takes a case's record as it stands in an archive and writes what follows from it.
type Beside interface {
	// Cover comes first, then each event of the archive, thread by thread.
	Cover(c archive.Cover)
	Line(thread string, l archive.Line)
	// Write comes last. open gives the bytes of an attachment that an event names.
	Write(ctx context.Context, w *archive.Writer, open func(ctx context.Context, attachment string) (io.ReadCloser, error)) error
}

// CourtArchive is the court's own complete archive: the room and all threads with the bench.
func CourtArchive(caseID string) ArchiveOf {
	return ArchiveOf{CaseID: caseID, View: archive.View{Court: true}}
}

// ArchiveFor is the archive that a participant may take. For a judge or clerk it is the court's, as far as they read its threads;
// for a party or representative it is their own part.
func ArchiveFor(caseID string, st *court.Standing) ArchiveOf {
	return ArchiveOf{CaseID: caseID, Reader: st, View: archive.View{Court: st.Role.OfCourt(), Participant: st.ParticipantID, Role: st.Role}}
}

// WholeRecord is everything that was said in a case, also between two people. It is for holding the record against its heads where it
// lies, and never leaves the machine.
func WholeRecord(caseID string) ArchiveOf {
	return ArchiveOf{CaseID: caseID, View: archive.View{Court: true, Whole: true}, EveryHead: true}
}

// CaseIDs lists every case.
func (s *Store) CaseIDs(ctx context.Context) ([]string, error) {
	rows, err := s.query(ctx, "SELECT id FROM court_case ORDER BY docket_number")
	return collect(rows, err, func(r *sql.Rows) (id string, err error) { return id, r.Scan(&id) })
}

// ArchivePart is a participant's own part, as the operator exports it for somebody; ErrNotFound for who is not in the case.
func (s *Store) ArchivePart(ctx context.Context, caseID, participantID string) (ArchiveOf, error) {
	st := court.Standing{ParticipantID: participantID}
	err := s.row(ctx, "SELECT role, joined_at FROM participant WHERE case_id = $1 AND id = $2", caseID, participantID).Scan(&st.Role, &st.JoinedAt)
	return ArchiveFor(caseID, &st), notFound(err)
}

// CaseIDOf finds a case by its id or docket number, or answers ErrNotFound.
func (s *Store) CaseIDOf(ctx context.Context, name string) (id string, err error) {
	err = s.row(ctx, "SELECT id FROM court_case WHERE id = $1 OR docket_number = $2", name, court.NormalDocketNumber(name)).Scan(&id)
	return id, notFound(err)
}

// exporter writes one archive.
type exporter struct {
	s     *Store
	blobs blob.Store
	of    ArchiveOf
	w     *archive.Writer
	index *archive.Index

	head  checkpointRow
	seals []exportedSeal
	files []exportedFile
	last  map[string]int64 // sealed size by thread
}

// exportedFile is a file whose bytes stand in the archive under a name.
type exportedFile struct{ id, name, sha256 string }

// WriteArchive writes an archive of a case. The same record gives the same bytes. Content that is missing, and rows that don't fit,
// are written as they are: it is for verifying to name them. ErrNotFound if there is no such case.
func (f *Files) WriteArchive(ctx context.Context, of ArchiveOf, w *archive.Writer) error {
	x := &exporter{s: f.s, blobs: f.blobs, of: of, w: w, last: map[string]int64{}}
	cover, err := x.s.cover(ctx, of.CaseID)
	if err != nil {
		return err
	}
	if x.head, err = x.s.lastCheckpoint(ctx); err != nil {
		return err
	}
	if x.seals, err = x.s.sealsUpTo(ctx, of.CaseID, x.head.number); err != nil {
		return err
	}
	page, err := os.CreateTemp("", "microcourt-index-*")
	if err != nil {
		return err
	}
	defer os.Remove(page.Name())
	defer page.Close()
	x.index = archive.NewIndex(page, cover)
	if of.Beside != nil {
		of.Beside.Cover(cover)
	}
	for _, step := range []func() error{
		func() error { return w.Text(archive.CoverName, append(archive.Canonical(cover), '\n')) },
		func() error { return x.writeCovers(ctx) },
		func() error { return x.writeThreads(ctx, cover) },
		func() error { return x.writeFiles(ctx) },
		func() error { return x.writeSeals(ctx) },
		func() error { return x.writeHead(ctx) },
		x.index.Close,
		func() error { return x.copyIndex(page) },
		func() error { return x.writeBeside(ctx) },
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return w.Close(archive.Manifest{CaseID: of.CaseID, View: of.View})
}

func (x *exporter) writeBeside(ctx context.Context) error {
	if x.of.Beside == nil {
		return nil
	}
	sums := map[string]string{}
	for _, f := range x.files {
		sums[f.id] = f.sha256
	}
	return x.of.Beside.Write(ctx, x.w, func(ctx context.Context, attachment string) (io.ReadCloser, error) {
		name, err := x.s.blobOf(ctx, sums[attachment])
		if err == nil && !name.Valid() {
			err = court.ErrNotFound
		}
		if err != nil {
			return nil, err
		}
		return x.blobs.Open(ctx, name)
	})
}

func (x *exporter) copyIndex(page *os.File) error {
	if _, err := page.Seek(0, io.SeekStart); err != nil {
		return err
	}
	return x.w.File(archive.IndexName, func(to io.Writer) error {
		_, err := io.Copy(to, page)
		return err
	})
}

// writeThreads writes the threads of the view that have events, or had when they were sealed.
func (x *exporter) writeThreads(ctx context.Context, cover archive.Cover) error {
	threads := cover.Threads()
	if len(x.seals) > 0 {
		heads, err := x.s.sealedHeads(ctx, x.of.CaseID, x.seals[len(x.seals)-1].seal.Number)
		if err != nil {
			return err
		}
		for thread, h := range heads {
			x.last[thread] = h.Size
			threads = append(threads, thread)
		}
	}
	slices.Sort(threads)
	for _, thread := range slices.Compact(threads) {
		if !x.of.View.Shows(thread) {
			continue
		}
		var any int
		err := x.s.row(ctx, "SELECT count(*) FROM (SELECT 1 FROM event WHERE case_id = $1 AND thread = $2 LIMIT 1) t", x.of.CaseID, thread).Scan(&any)
		if err != nil {
			return err
		}
		if any == 0 && x.last[thread] == 0 && thread != court.RoomThread {
			continue
		}
		x.index.Thread(thread, x.of.View)
		if err := x.w.Thread(thread, func(line func(archive.Line) error) error { return x.writeEvents(ctx, thread, line) }); err != nil {
			return err
		}
		x.index.EndThread()
	}
	return nil
}

// writeEvents writes a thread line by line, with what was noted of each event when it was sealed.
func (x *exporter) writeEvents(ctx context.Context, thread string, line func(archive.Line) error) error {
	notes := &sealNotes{x: x, thread: thread, size: x.last[thread], tile: -1}
	write := func(l archive.Line) error {
		if err := notes.add(ctx, &l); err != nil {
			return err
		}
		x.index.Line(l)
		if x.of.Beside != nil {
			x.of.Beside.Line(thread, l)
		}
		for _, f := range l.Files {
			x.files = append(x.files, exportedFile{f.ID, archive.FileName(f.ID), f.SHA256})
		}
		for _, r := range x.of.View.Recordings(thread, &l) {
			x.files = append(x.files, exportedFile{r.ID, r.Name(), r.SHA256})
		}
		return line(l)
	}
	readsFrom := int64(0)
	if th, err := court.ParseThread(thread); err == nil && x.of.Reader != nil {
		readsFrom = th.ReadsFrom(x.of.Reader)
	}
	next, after := int64(1), int64(-1<<62)
	missing := func(until int64) error {
		for ; next < until; next++ {
			if err := write(archive.Line{Seq: next, State: archive.Missing}); err != nil {
				return err
			}
		}
		return nil
	}
	for {
		page, err := x.s.sealRows(ctx, x.of.CaseID, thread, after, 1<<62)
		if err != nil {
			return err
		}
		for i := range page {
			e := &page[i]
			if err := missing(min(e.Seq, x.last[thread]+1)); err != nil {
				return err
			}
			l := archive.LineOf(&e.Event, e.withdrawn, x.of.View.Court)
			if e.At < readsFrom {
				leaf := e.Leaf()
				l = archive.Line{Seq: e.Seq, State: archive.Earlier, Now: leaf[:]}
			}
			if err := write(l); err != nil {
				return err
			}
			next, after = max(next, e.Seq+1), e.Seq
		}
		if len(page) < sealPage {
			return missing(x.last[thread] + 1)
		}
	}
}

// sealNotes reads along in a thread's tiles of leaves.
type sealNotes struct {
	x             *exporter
	thread        string
	size          int64
	tile          int64
	hashes, marks []byte
	read          int64 // events of the tile that were taken
}

// add adds to a line the leaf and the marks that were noted when its event was sealed.
func (n *sealNotes) add(ctx context.Context, l *archive.Line) error {
	at := l.Seq - 1
	if at < 0 || at >= n.size {
		return nil
	}
	if tile := at / seal.TileWidth; tile != n.tile {
		var err error
		n.hashes, n.marks, err = n.x.s.sealTile(ctx, n.x.of.CaseID, n.thread, seal.TileKey{N: tile})
		if err != nil {
			return err
		}
		n.tile, n.read = tile, 0
	}
	var marks [seal.Groups][]byte
	for ; n.read <= at%seal.TileWidth; n.read++ {
		marks, n.marks = nextMarks(n.marks)
	}
	if from := at % seal.TileWidth * int64(len(seal.Hash{})); int64(len(n.hashes)) >= from+int64(len(seal.Hash{})) {
		l.Note(asHash(n.hashes[from:]), marks)
	}
	return nil
}

// writeFiles writes the bytes of the events' files.
func (x *exporter) writeFiles(ctx context.Context) error {
	slices.SortFunc(x.files, func(a, b exportedFile) int { return strings.Compare(a.name, b.name) })
	for _, f := range slices.CompactFunc(x.files, func(a, b exportedFile) bool { return a.name == b.name }) {
		if !court.ValidID(f.id) {
			continue
		}
		name, err := x.s.blobOf(ctx, f.sha256)
		if err != nil {
			return err
		}
		if !name.Valid() {
			continue // verifying says that it is missing
		}
		content, err := x.blobs.Open(ctx, name)
		if errors.Is(err, blob.ErrNotFound) {
			continue
		}
		if err != nil {
			return err
		}
		err = x.w.File(f.name, func(to io.Writer) error {
			_, err := io.Copy(to, content)
			return err
		})
		if err := errors.Join(err, content.Close()); err != nil {
			return err
		}
	}
	return nil
}

func (x *exporter) writeCovers(ctx context.Context) error {
	rows, err := x.s.query(ctx, "SELECT cover FROM seal_cover WHERE case_id = $1 ORDER BY cover", x.of.CaseID)
	covers, err := collect(rows, err, func(r *sql.Rows) (c string, err error) { return c, r.Scan(&c) })
	if err != nil {
		return err
	}
	slices.Sort(covers)
	return x.w.File(archive.CoversName, func(to io.Writer) error {
		for _, c := range covers {
			if _, err := io.WriteString(to, c+"\n"); err != nil {
				return err
			}
		}
		return nil
	})
}

// writeHead writes the newest head by itself, the court's key, and what witnesses answered.
func (x *exporter) writeHead(ctx context.Context) error {
	if err := x.w.Text(archive.CheckpointName, []byte(x.head.note)); err != nil {
		return err
	}
	key, _, err := x.s.PublishedHeads(ctx, 1, 1)
	if err != nil {
		return err
	}
	if err := x.w.Text(archive.KeyName, []byte(key+"\n")); err != nil {
		return err
	}
	type answer struct {
		witness string
		text    []byte
	}
	rows, err := x.s.query(ctx, "SELECT witness, answer FROM checkpoint_witness WHERE checkpoint = $1", x.head.number)
	answers, err := collect(rows, err, func(r *sql.Rows) (a answer, err error) { return a, r.Scan(&a.witness, &a.text) })
	if err != nil {
		return err
	}
	slices.SortFunc(answers, func(a, b answer) int { return strings.Compare(a.witness, b.witness) })
	for _, a := range answers {
		if !court.ValidID(a.witness) {
			continue
		}
		if err := x.w.Text(archive.WitnessName(a.witness), a.text); err != nil {
			return err
		}
	}
	return nil
}

// day is the number of the day in which a time lies, in the court's time zone.
func day(at int64) int64 { return (at + 8*time.Hour.Milliseconds()) / (24 * time.Hour).Milliseconds() }
