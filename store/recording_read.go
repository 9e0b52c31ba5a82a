package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"slices"

	"microcourt/store/blob"
	"microcourt/store/court"
	"microcourt/store/court/hearing"
)

// Recordings gives the files of a hearing's recording, part by part in the order of time; with those that say who spoke.
func (s *Store) Recordings(ctx context.Context, caseID, hearingID string) ([]Recorded, error) {
	return recordings(ctx, s, caseID, hearingID)
}

// recordingMarks are the kinds of events by which one finds one's way in a recording.
const recordingMarks = `'hearing_started', 'hearing_paused', 'hearing_adjourned', 'hearing_resumed', 'hearing_closed', 'hearing_moved_offline', 'hearing_consultation', 'hearing_phase_set',
	'hearing_shown', 'hearing_interrupted', 'hearing_admitted', 'hearing_called', 'hearing_dismissed', 'hearing_left', 'hearing_removed', 'opinion_given'`

// maxMarks bounds how many of them are given.
const maxMarks = 5000

// RecordingMarks gives the events of the room between two times that one jumps to in a recording; which of them are the hearing's own is for the caller to see.
func (s *Store) RecordingMarks(ctx context.Context, caseID string, from, to int64) ([]court.Event, error) {
	rows, err := s.query(ctx, "SELECT "+eventColumns+" FROM event WHERE case_id = $1 AND thread = 'room' AND at >= $2 AND at <= $3 AND withdrawn_by = '' AND kind IN ("+recordingMarks+`)
		ORDER BY seq LIMIT $4`, caseID, from, to, maxMarks)
	return collect(rows, err, scanEvent)
}

// maxSpeaking bounds how much of who spoke is read of one part, in bytes.
const maxSpeaking = 16 << 20

// Speaking gives who spoke when, over all parts. What can't be read is left out: verifying names it.
func (f *Files) Speaking(ctx context.Context, files []Recorded) ([]hearing.Spoke, error) {
	all := []hearing.Spoke{}
	for _, r := range files {
		if r.Media != hearing.MediumSpeaking {
			continue
		}
		content, err := f.ContentOf(ctx, r.SHA256)
		if errors.Is(err, blob.ErrNotFound) || errors.Is(err, court.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		var spoke []hearing.Spoke
		err = json.NewDecoder(io.LimitReader(content, maxSpeaking)).Decode(&spoke)
		content.Close()
		if err == nil {
			all = append(all, spoke...)
		}
	}
	return all, nil
}

// OpenRecorded opens a file of a recording; court.ErrNotFound for one that there isn't, or that says who spoke.
func (f *Files) OpenRecorded(ctx context.Context, caseID, hearingID, id string) (*OpenFile, error) {
	var medium hearing.Medium
	var sum string
	err := f.s.row(ctx, "SELECT media, sha256 FROM recording_file WHERE case_id = $1 AND hearing_id = $2 AND id = $3", caseID, hearingID, id).Scan(&medium, &sum)
	if err != nil {
		return nil, notFound(err)
	}
	if medium == hearing.MediumSpeaking {
		return nil, court.ErrNotFound
	}
	name, err := f.s.blobOf(ctx, sum)
	if err != nil {
		return nil, err
	}
	content, err := f.blobs.Open(ctx, name)
	if errors.Is(err, blob.ErrNotFound) { // never happens while the disk and the bucket are whole
		f.log.Error("a file of a recording is missing", "file", id)
		err = court.ErrInternal
	}
	if err != nil {
		return nil, err
	}
	return &OpenFile{Content: content, Name: id + ".webm", Type: medium.Type(), Case: caseID}, nil
}

// RecordedHash compares a stored file with the hash in the record.
type RecordedHash struct {
	ID       string `json:"id"`
	At       int64  `json:"at" doc:"when it was looked at"`
	State    string `json:"state" enum:"identical,different,missing"`
	Recorded string `json:"recorded" doc:"SHA-256 in the event that names the file, in hex"`
	Computed string `json:"computed,omitempty" doc:"SHA-256 of the file as it is stored now"`
}

// VerifyRecorded reads a stored file of a hearing's recording and compares it with the hash in the record. The event is what counts, not the table that was written
// from it.
func (f *Files) VerifyRecorded(ctx context.Context, caseID, hearingID, id string) (*RecordedHash, error) {
	var text string
	err := f.s.row(ctx, `SELECT e.body FROM recording_file r JOIN event e ON e.case_id = r.case_id AND e.thread = 'room' AND e.seq = r.seq
		WHERE r.case_id = $1 AND r.hearing_id = $2 AND r.id = $3`, caseID, hearingID, id).Scan(&text)
	if err != nil {
		return nil, notFound(err)
	}
	var b hearing.RecordingBody
	if err := json.Unmarshal([]byte(text), &b); err != nil {
		return nil, err
	}
	i := slices.IndexFunc(b.Files, func(r hearing.RecordedFile) bool { return r.ID == id })
	if i < 0 {
		return nil, court.ErrNotFound
	}
	select {
	case f.verifying <- struct{}{}:
		defer func() { <-f.verifying }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	h := &RecordedHash{ID: id, At: f.s.nowMS(), Recorded: b.Files[i].SHA256, State: PageDifferent}
	h.Computed, err = f.hashOf(ctx, h.Recorded)
	switch {
	case errors.Is(err, blob.ErrNotFound):
		h.State = PageMissing
	case err != nil:
		return nil, err
	case h.Computed == h.Recorded:
		h.State = PageIdentical
	}
	return h, nil
}

// hashOf computes the SHA-256 of content as it is stored; blob.ErrNotFound where it is gone.
func (f *Files) hashOf(ctx context.Context, recorded string) (string, error) {
	content, err := f.ContentOf(ctx, recorded)
	if errors.Is(err, court.ErrNotFound) {
		return "", blob.ErrNotFound
	}
	if err != nil {
		return "", err
	}
	defer content.Close()
	h := sha256.New()
	if _, err := io.Copy(h, readerUntil{ctx, content}); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}
