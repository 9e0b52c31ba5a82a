package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"

	"microcourt/store/blob"
	"microcourt/store/court"
	"microcourt/store/court/hearing"
)

// RecordingPart is a part of a hearing's recording that has come to its end, with its files as they lie on this machine.
type RecordingPart struct {
	Hearing string
	Part    int                    // from 1
	State   hearing.RecordingState // RecordingEnded or RecordingFailed
	Reason  string                 // why it ended or failed
	EndedAt int64                  // when, Unix milliseconds; 0: now, or of one that failed, with its last file
	Files   []LocalRecording
	Spoke   []hearing.Spoke
}

// LocalRecording is a file of a part on this machine. Its ID, Size and SHA256 are found when it is taken.
type LocalRecording struct {
	Path string
	hearing.RecordedFile
}

const (
	// maxSpoke bounds who spoke when in one part: more than five changes a second over three hours.
	maxSpoke = 60_000
	// filesPerEvent keeps an event small enough for every phone: about 40 kB.
	filesPerEvent = 150
)

// check rules what doesn't depend on the hearing.
func (p *RecordingPart) check() error {
	if p.State != hearing.RecordingEnded && p.State != hearing.RecordingFailed {
		return court.ErrInvalid.In("state")
	}
	if p.Part < 1 {
		return court.ErrInvalid.In("part")
	}
	for i := range p.Files {
		if f := &p.Files[i]; !f.Media.Known() || f.Media == hearing.MediumSpeaking || f.Seat == "" || f.At <= 0 || f.Duration < 0 {
			return court.ErrInvalid.In("files")
		}
	}
	return nil
}

// TakeRecording takes a part of a recording into the record: its files are made durable first, then the event names them, and only then are they removed from where they
// were recorded. It can be repeated after a crash anywhere between; files that the record doesn't have yet are added to a part that has ended before. Errors:
// court.ErrNotFound where there is no such hearing, court.ErrInvalid.
func (f *Files) TakeRecording(ctx context.Context, part RecordingPart) error {
	if err := part.check(); err != nil {
		return err
	}
	if _, _, err := f.s.HearingState(ctx, part.Hearing); err != nil {
		return err
	}
	if part.EndedAt == 0 && part.State == hearing.RecordingEnded {
		part.EndedAt = f.s.nowMS()
	}
	for i := range part.Files {
		if r := &part.Files[i]; part.State == hearing.RecordingFailed {
			part.EndedAt = max(part.EndedAt, r.At+r.Duration)
		}
	}
	for try := 0; ; try++ {
		taken, err := f.placeRecording(ctx, &part)
		if err != nil {
			return err
		}
		spare, err := f.s.noteRecorded(ctx, &part, taken)
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
		break
	}
	var errs []error
	for _, r := range part.Files {
		if err := os.Remove(r.Path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// recorded is a file of a part whose content is durable.
type recorded struct {
	hearing.RecordedFile
	content placed
}

// placeRecording makes the content of a part durable. A file that is not there any more was taken before; an empty one holds nothing to keep.
func (f *Files) placeRecording(ctx context.Context, part *RecordingPart) (taken []recorded, err error) {
	for _, r := range part.Files {
		file, err := os.Open(r.Path)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		t, err := f.placeRecorded(ctx, r.RecordedFile, file)
		if err = errors.Join(err, file.Close()); err != nil {
			return nil, err
		}
		if t.Size > 0 {
			taken = append(taken, t)
		}
	}
	if len(part.Spoke) == 0 {
		return taken, nil
	}
	spoke := part.Spoke[:min(len(part.Spoke), maxSpoke)]
	text, err := json.Marshal(spoke)
	if err != nil {
		return nil, err
	}
	from := spoke[0].At
	t, err := f.placeRecorded(ctx, hearing.RecordedFile{Media: hearing.MediumSpeaking, At: from, Duration: spoke[len(spoke)-1].At - from}, bytes.NewReader(text))
	return append(taken, t), err
}

func (f *Files) placeRecorded(ctx context.Context, r hearing.RecordedFile, from io.ReadSeeker) (t recorded, err error) {
	h := sha256.New()
	t.RecordedFile = r
	if t.Size, err = io.Copy(h, readerUntil{ctx, from}); err != nil || t.Size == 0 {
		return t, err
	}
	sum := [sha256.Size]byte(h.Sum(nil))
	t.ID, t.SHA256 = NewID(), hex.EncodeToString(sum[:])
	t.content, err = f.placeOnce(ctx, sum, t.Size, func(name blob.Name) error {
		if _, err := from.Seek(0, io.SeekStart); err != nil {
			return err
		}
		return f.blobs.Put(ctx, name, from)
	})
	return t, err
}

// noteRecorded notes a part whose files are durable, and gives the copies that are not needed.
func (s *Store) noteRecorded(ctx context.Context, part *RecordingPart, taken []recorded) (spare []blob.Name, err error) {
	err = s.noteHearing(ctx, part.Hearing, func(ctx context.Context, tx *Tx, caseID string, st *hearing.State) error {
		spare = nil
		all, err := recordings(ctx, tx, caseID, part.Hearing)
		if err != nil {
			return err
		}
		var files []hearing.RecordedFile
		fresh := slices.DeleteFunc(slices.Clone(taken), func(t recorded) bool {
			return slices.ContainsFunc(all, func(r Recorded) bool {
				return r.Part == part.Part && r.Seat == t.Seat && r.Media == t.Media && r.At == t.At && r.SHA256 == t.SHA256
			})
		})
		slices.SortStableFunc(fresh, func(a, b recorded) int { return strings.Compare(a.SHA256, b.SHA256) }) // rows are locked in one order by everybody
		for _, t := range fresh {
			used, err := tx.useBlob(ctx, t.content)
			if err != nil {
				return err
			}
			if used != t.content.name {
				spare = append(spare, t.content.name)
			}
			files = append(files, t.RecordedFile)
		}
		slices.SortStableFunc(files, func(a, b hearing.RecordedFile) int { return int(a.At - b.At) })
		ended := slices.ContainsFunc(st.Recording, func(r hearing.Recording) bool { return r.Part == part.Part && r.EndedAt != 0 })
		for len(files) > filesPerEvent || ended && len(files) > 0 {
			n := min(len(files), filesPerEvent)
			more := hearing.RecordingBody{Hearing: part.Hearing, Part: part.Part, State: hearing.RecordingAdded, Files: files[:n]}
			if err := tx.appendSystem(ctx, caseID, court.RoomThread, court.KindHearingRecording, "", "", more); err != nil {
				return err
			}
			files = files[n:]
		}
		if ended {
			return nil
		}
		return tx.appendSystem(ctx, caseID, court.RoomThread, court.KindHearingRecording, "", "",
			hearing.RecordingBody{Hearing: part.Hearing, Part: part.Part, State: part.State, Reason: part.Reason, EndedAt: part.EndedAt, Files: files})
	})
	if errors.Is(err, errPlaceAgain) { // nothing was noted; after any other error it may have been all the same
		spare = nil
		for _, t := range taken {
			if t.content.size >= 0 {
				spare = append(spare, t.content.name)
			}
		}
	}
	return spare, err
}
