package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"

	"microcourt/store/blob"
	"microcourt/store/court"
)

// HashCheck says whether the files of an exhibit are still those that were handed in.
type HashCheck struct {
	Identical bool       `json:"identical" doc:"all that was looked at is identical"`
	At        int64      `json:"at"`
	Pages     []PageHash `json:"pages" nullable:"false"`
}

// PageHash compares a stored file with the hash in the record.
type PageHash struct {
	Page       int64  `json:"page"`
	Attachment string `json:"attachment"`
	State      string `json:"state" enum:"identical,different,missing"`
	Recorded   string `json:"recorded" doc:"SHA-256 in the event of the submission, in hex"`
	Computed   string `json:"computed,omitempty" doc:"SHA-256 of the file as it is stored now"`
}

// What a comparison finds.
const (
	PageIdentical = "identical"
	PageDifferent = "different"
	PageMissing   = "missing"
)

// maxVerifying bounds how many exhibits one node reads and hashes at a time.
const maxVerifying = 2

// VerifyExhibit reads the stored files of an exhibit, or of one page of it (from 1; 0 means all), and compares them with the hashes in
// the record (人民法院在线诉讼规则 第十六条 to 第十九条). The event is what counts, not the tables that were written from it.
func (f *Files) VerifyExhibit(ctx context.Context, caseID, exhibitID string, page int64) (*HashCheck, error) {
	recorded, err := f.s.recordedPages(ctx, caseID, exhibitID)
	if err != nil {
		return nil, err
	}
	if page < 0 || page > int64(len(recorded)) {
		return nil, court.ErrNotFound
	}
	select {
	case f.verifying <- struct{}{}:
		defer func() { <-f.verifying }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	v := &HashCheck{Identical: true, At: f.s.nowMS(), Pages: []PageHash{}}
	for i, p := range recorded {
		if page != 0 && page != int64(i)+1 {
			continue
		}
		r := PageHash{Page: int64(i) + 1, Attachment: p.Attachment, Recorded: p.SHA256, State: PageDifferent}
		r.Computed, err = f.hashStored(ctx, p.Attachment)
		switch {
		case errors.Is(err, blob.ErrNotFound):
			r.State = PageMissing
		case err != nil:
			return nil, err
		case r.Computed == r.Recorded:
			r.State = PageIdentical
		}
		v.Identical = v.Identical && r.State == PageIdentical
		v.Pages = append(v.Pages, r)
	}
	return v, nil
}

// recordedPages gives the pages of an exhibit as the event of its submission has them.
func (s *Store) recordedPages(ctx context.Context, caseID, exhibitID string) ([]ExhibitPage, error) {
	var body string
	err := s.row(ctx, `SELECT v.body FROM exhibit e JOIN submission u ON u.id = e.submission_id
		JOIN event v ON v.case_id = u.case_id AND v.thread = 'room' AND v.seq = u.seq WHERE e.case_id = $1 AND e.id = $2`, caseID, exhibitID).Scan(&body)
	if err != nil {
		return nil, notFound(err)
	}
	var b submittedBody
	if err := json.Unmarshal([]byte(body), &b); err != nil {
		return nil, err
	}
	for _, e := range b.Exhibits {
		if e.ID == exhibitID {
			return e.Pages, nil
		}
	}
	return nil, court.ErrNotFound
}

// hashStored computes the SHA-256 of an attachment's file as it is stored; blob.ErrNotFound where it is gone.
func (f *Files) hashStored(ctx context.Context, attachmentID string) (string, error) {
	var name blob.Name
	err := f.s.row(ctx, "SELECT b.name FROM attachment a JOIN blob b ON b.sha256 = a.sha256 WHERE a.id = $1", attachmentID).Scan(&name)
	if err = notFound(err); errors.Is(err, court.ErrNotFound) {
		return "", blob.ErrNotFound
	}
	if err != nil {
		return "", err
	}
	content, err := f.blobs.Open(ctx, name)
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

// readerUntil stops reading when its context ends.
type readerUntil struct {
	ctx context.Context
	io.Reader
}

func (r readerUntil) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.Reader.Read(p)
}
