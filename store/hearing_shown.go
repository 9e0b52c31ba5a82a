package store

import (
	"context"

	"microcourt/store/blob"
	"microcourt/store/court"
)

// ShownPage is what is told of a page of an exhibit to who sees that page alone.
type ShownPage struct {
	Exhibit string `json:"exhibit"`
	Label   string `json:"label" doc:"原告证据1"`
	Media   string `json:"media" enum:"image,pdf,audio,video"`
	Turn    int    `json:"turn,omitempty" doc:"degrees, clockwise: 0, 90, 180 or 270"`

	attachment string
}

// ShownPage gives it; page counts from 1. court.ErrNotFound also for an exhibit that was withdrawn.
func (s *Store) ShownPage(ctx context.Context, exhibit string, page int) (ShownPage, error) {
	p := ShownPage{Exhibit: exhibit}
	var caseID, party string
	var number int64
	err := s.row(ctx, `SELECT x.case_id, x.party_id, x.number, p.media, p.turn, p.attachment_id FROM exhibit x JOIN exhibit_page p ON p.exhibit_id = x.id
		WHERE x.id = $1 AND p.position = $2 AND x.withdrawn_at = 0`, exhibit, page).Scan(&caseID, &party, &number, &p.Media, &p.Turn, &p.attachment)
	if err != nil {
		return p, notFound(err)
	}
	parties, err := evidenceParties(ctx, s, caseID)
	if err != nil {
		return p, err
	}
	owner, err := partyIn(parties, party)
	if err == nil {
		p.Label = owner.label(number)
	}
	return p, err
}

// OpenShown opens a page of an exhibit for who is shown it and reads nothing of the case otherwise: that it is shown to them is for the caller to check. Whose name is given is
// to be seen on it. The caller closes it.
func (f *Files) OpenShown(ctx context.Context, exhibit string, page int, name string) (*OpenFile, error) {
	p, err := f.s.ShownPage(ctx, exhibit, page)
	if err != nil {
		return nil, err
	}
	open := &OpenFile{Mark: name}
	var content blob.Name
	err = f.s.row(ctx, "SELECT a.name, a.type, b.name FROM attachment a JOIN blob b ON b.sha256 = a.sha256 WHERE a.id = $1 AND a.finished_at IS NOT NULL", p.attachment).
		Scan(&open.Name, &open.Type, &content)
	if err != nil {
		return nil, notFound(err)
	}
	if open.Content, err = f.blobs.Open(ctx, content); err != nil {
		f.log.Error("the content of an exhibit is missing", "exhibit", exhibit, "err", err)
		return nil, court.ErrInternal
	}
	return open, nil
}
