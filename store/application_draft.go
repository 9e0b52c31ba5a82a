package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"slices"
	"strings"

	"microcourt/store/court"
	"microcourt/store/court/application"
)

// ApplicationBody is what an application says while it is prepared. Mode is template (filled in) or paper (photographs of the paper).
type ApplicationBody struct {
	Kind   string             `json:"kind"`
	Mode   string             `json:"mode" enum:"template,paper"`
	For    string             `json:"for,omitempty" doc:"the party; left out by who acts for one only"`
	Values application.Values `json:"values,omitempty" doc:"by the keys of the kind's fields"`
	// Pages are the paper, in its order.
	Pages []court.PageInput `json:"pages,omitempty" nullable:"false"`
}

// The modes of applications.
const (
	ModeTemplate = "template"
	ModePaper    = "paper"
)

// ApplicationDraft is an application that somebody is preparing. Nobody but its author sees it or its files (promise P3).
type ApplicationDraft struct {
	ID       string `json:"id"`
	Revision int64  `json:"revision" doc:"counts the changes, from 1"`
	ApplicationBody
	Files     map[string]File `json:"files" nullable:"false" doc:"what the record knows of the files, by attachment"`
	Signed    *Signed         `json:"signed,omitempty"`
	CreatedAt int64           `json:"created_at"`
	UpdatedAt int64           `json:"updated_at"`

	document string // attachment of what was signed
}

// Signed binds a signature to the document that was shown: its name, the hash of its bytes, the signature on file, and the time
// (电子签名法 第十三条).
type Signed struct {
	Title     string `json:"title"`
	SHA256    string `json:"sha256" doc:"of the document's bytes, in hex"`
	Signature string `json:"signature" doc:"id of the signature on file"`
	At        int64  `json:"at"`
}

// ApplicationDraftChange is what a draft is to say from now on. Revision is the one that the author saw, 0 for a new draft.
type ApplicationDraftChange struct {
	CaseID, ID, PersonID, SessionID string
	Revision                        int64
	ApplicationBody
}

// check refuses what couldn't become an application whatever is added to it later.
func (b *ApplicationBody) check(whole bool) (*application.Filled, error) {
	kind, err := application.Find(b.Kind)
	if err != nil {
		return nil, err
	}
	if b.For != "" && !court.ValidID(b.For) {
		return nil, court.ErrInvalid.In("for")
	}
	switch {
	case b.Mode == ModeTemplate && len(b.Pages) == 0:
	case b.Mode == ModePaper:
		if len(b.Pages) > court.MaxExhibitPages {
			return nil, court.ErrTooLarge.In("pages")
		}
		if whole && len(b.Pages) == 0 {
			return nil, court.ErrInvalid.In("pages")
		}
		for i, p := range b.Pages {
			same := func(q court.PageInput) bool { return q.Attachment == p.Attachment }
			if !court.ValidID(p.Attachment) || slices.ContainsFunc(b.Pages[:i], same) {
				return nil, court.ErrInvalid.In(court.PageField("pages", i) + ".attachment")
			}
		}
	default:
		return nil, court.ErrInvalid.In("mode")
	}
	return kind.Fill(b.Values, whole && b.Mode == ModeTemplate)
}

// files gives the attachments that it names, with their fields.
func (b *ApplicationBody) files(f *application.Filled) map[string]wantedPage {
	wanted := map[string]wantedPage{}
	for i, p := range b.Pages {
		wanted[p.Attachment] = wantedPage{p, court.PageField("pages", i)}
	}
	for key, ids := range f.Refs(application.TypeFiles) {
		for i, id := range ids {
			wanted[id] = wantedPage{court.PageInput{Attachment: id}, court.PageField("values."+key, i)}
		}
	}
	return wanted
}

// SaveApplicationDraft keeps a draft and takes its signature away. Its files are the author's own finished uploads; others are not_found.
// court.ErrDraftChanged where another device has changed it since; the same change again is good.
func (s *Store) SaveApplicationDraft(ctx context.Context, c ApplicationDraftChange) (*ApplicationDraft, error) {
	if !court.ValidID(c.ID) {
		return nil, court.ErrInvalid.In("draft")
	}
	filled, err := c.check(false)
	if err != nil {
		return nil, err
	}
	text, err := json.Marshal(c.ApplicationBody)
	if err != nil {
		return nil, err
	}
	err = s.write(ctx, func(ctx context.Context, tx *Tx) error { return tx.saveApplicationDraft(ctx, &c, string(text), filled) })
	if err != nil {
		return nil, err
	}
	return s.ApplicationDraft(ctx, c.CaseID, c.PersonID, c.ID)
}

func (tx *Tx) saveApplicationDraft(ctx context.Context, c *ApplicationDraftChange, text string, filled *application.Filled) error {
	st, err := draftsOfApplications.may(ctx, tx, c.CaseID, c.PersonID, c.SessionID)
	if err != nil {
		return err
	}
	if st.Role.OfCourt() && c.Mode != ModePaper { // the court takes in a paper that the person has signed, and fills in nothing for anybody
		return court.ErrInvalid.In("mode")
	}
	d := draftOf{c.CaseID, c.ID, c.PersonID, c.Revision}
	if changed, err := draftsOfApplications.save(ctx, tx, d, text); err != nil || !changed {
		return err
	}
	_, err = tx.exec(ctx, `UPDATE application_draft SET signed_document = '', signed_sha256 = '', signed_title = '', signed_signature = '', signed_at = 0
		WHERE person_id = $1 AND id = $2`, c.PersonID, c.ID)
	if err != nil {
		return err
	}
	var files []draftFile
	for id, w := range c.files(filled) {
		files = append(files, draftFile{id, w.field})
	}
	slices.SortFunc(files, func(a, b draftFile) int { return strings.Compare(a.attachment, b.attachment) })
	return draftsOfApplications.keepFiles(ctx, tx, d, files)
}

// ApplicationDrafts gives a person's drafts in a case, the newest first.
func (s *Store) ApplicationDrafts(ctx context.Context, caseID, personID string) ([]ApplicationDraft, error) {
	return s.applicationDrafts(ctx, s, caseID, personID, "")
}

// ApplicationDraft gives one of a person's drafts, or court.ErrNotFound.
func (s *Store) ApplicationDraft(ctx context.Context, caseID, personID, id string) (*ApplicationDraft, error) {
	return s.oneApplicationDraft(ctx, s, caseID, personID, id)
}

func (s *Store) oneApplicationDraft(ctx context.Context, q queryer, caseID, personID, id string) (*ApplicationDraft, error) {
	list, err := s.applicationDrafts(ctx, q, caseID, personID, " AND d.id = $3", id)
	if err == nil && len(list) == 0 {
		err = court.ErrNotFound
	}
	if err != nil {
		return nil, err
	}
	return &list[0], nil
}

func (s *Store) applicationDrafts(ctx context.Context, q queryer, caseID, personID, where string, args ...any) ([]ApplicationDraft, error) {
	args = append([]any{caseID, personID}, args...)
	rows, err := q.query(ctx, `SELECT d.id, d.revision, d.body, d.signed_document, d.signed_title, d.signed_sha256, d.signed_signature, d.signed_at, d.created_at, d.updated_at
		FROM application_draft d WHERE d.case_id = $1 AND d.person_id = $2`+where+" ORDER BY d.updated_at DESC, d.id", args...)
	list, err := collect(rows, err, func(r *sql.Rows) (d ApplicationDraft, err error) {
		var text string
		var signed Signed
		d.Files = map[string]File{}
		if err = r.Scan(&d.ID, &d.Revision, &text, &d.document, &signed.Title, &signed.SHA256, &signed.Signature, &signed.At, &d.CreatedAt, &d.UpdatedAt); err != nil {
			return d, err
		}
		if signed.At != 0 {
			d.Signed = &signed
		}
		return d, json.Unmarshal([]byte(text), &d.ApplicationBody)
	})
	if err != nil || len(list) == 0 {
		return []ApplicationDraft{}, err
	}
	index := map[string]int{}
	for i, d := range list {
		index[d.ID] = i
	}
	err = draftsOfApplications.eachFile(ctx, q, where, args, func(draft, attachment string, f File) {
		if i, ok := index[draft]; ok && attachment != list[i].document {
			list[i].Files[attachment] = f
		}
	})
	return list, err
}

// ApplicationSigning is that somebody signs the document that was shown for a draft at a revision.
type ApplicationSigning struct {
	CaseID, Draft, PersonID, SessionID string
	Revision                           int64
	Document                           string // attachment: the author's own
	Title, SHA256, Signature           string
}

// SignApplicationDraft binds the signature. The same document again keeps the first time.
func (s *Store) SignApplicationDraft(ctx context.Context, g ApplicationSigning) (*Signed, error) {
	signed := &Signed{Title: g.Title, SHA256: g.SHA256, Signature: g.Signature}
	err := s.write(ctx, func(ctx context.Context, tx *Tx) error {
		if _, err := draftsOfApplications.may(ctx, tx, g.CaseID, g.PersonID, g.SessionID); err != nil {
			return err
		}
		d, err := s.oneApplicationDraft(ctx, tx, g.CaseID, g.PersonID, g.Draft)
		if err != nil {
			return err
		}
		if d.Revision != g.Revision {
			return court.ErrDraftChanged
		}
		if d.Signed != nil && d.Signed.SHA256 == g.SHA256 && d.Signed.Signature == g.Signature {
			*signed = *d.Signed
			return nil
		}
		signed.At = tx.now
		if _, err := tx.exec(ctx, "DELETE FROM application_draft_file WHERE person_id = $1 AND draft_id = $2 AND attachment_id = $3", g.PersonID, g.Draft, d.document); err != nil {
			return err
		}
		if _, err := tx.exec(ctx, "INSERT INTO application_draft_file (attachment_id, person_id, draft_id) VALUES ($1, $2, $3)", g.Document, g.PersonID, g.Draft); err != nil {
			return err
		}
		_, err = tx.exec(ctx, `UPDATE application_draft SET signed_document = $3, signed_sha256 = $4, signed_title = $5, signed_signature = $6, signed_at = $7
			WHERE person_id = $1 AND id = $2`, g.PersonID, g.Draft, g.Document, g.SHA256, g.Title, g.Signature, tx.now)
		return err
	})
	return signed, err
}

// RemoveApplicationDraft forgets a draft; its files go when nothing else needs them.
func (s *Store) RemoveApplicationDraft(ctx context.Context, caseID, personID, sessionID, id string) error {
	return s.removeDraft(ctx, draftsOfApplications, caseID, personID, sessionID, id)
}
