package hub

import (
	"context"
	"errors"
	"slices"
	"time"

	"microcourt/store"
	"microcourt/store/court"
	"microcourt/store/court/proofing"
)

// Authority knows whose a document is. See package hub/idcheck.
type Authority interface {
	Check(ctx context.Context, name, idType, idNumber string) (proofing.Answer, error)
}

// Faces compares a face with the picture that an authority has of a document's holder.
type Faces interface {
	Compare(ctx context.Context, name, idType, idNumber string, image []byte) (proofing.Answer, error)
}

// IdentityConfig says how people prove who they are. Where a service is nil, people of the court look instead.
type IdentityConfig struct {
	Authority Authority
	Faces     Faces
	Second    proofing.SecondLook // "" means SecondTaken
	Court     string              // its name, for the texts
}

func (c *IdentityConfig) providers() proofing.Providers {
	return proofing.Providers{Authority: c.Authority != nil, Faces: c.Faces != nil}
}

// proofingPhoneAge is how long a code that was answered in this session stands for the step of the phone.
const proofingPhoneAge = 30 * time.Minute

// Identity is what people see of their own.
type Identity struct {
	Verified  *store.Verification `json:"verified"`
	Name      string              `json:"name"`
	IDType    string              `json:"id_type"`
	IDNumber  string              `json:"id_number" doc:"masked"`
	Phone     string              `json:"phone" doc:"masked"`
	Proofing  *ProofingView       `json:"proofing" doc:"the newest, or null where none was begun"`
	Documents []DocumentKind      `json:"documents" nullable:"false" doc:"what one can prove it with"`
}

// DocumentKind is a kind of identity document.
type DocumentKind struct {
	Key string `json:"key"`
	ZH  string `json:"zh"`
	EN  string `json:"en"`
}

// ProofingStep is one step of the way, and whether it is done.
type ProofingStep struct {
	Step proofing.Step `json:"step" enum:"rules,document,phone,photos,face,notice,signature,submit"`
	Done bool          `json:"done"`
}

// ProofingView is somebody's own proofing. Numbers are masked. Times are Unix milliseconds.
type ProofingView struct {
	ID          string               `json:"id"`
	State       proofing.State       `json:"state" enum:"open,review,approved,refused,withdrawn"`
	Reason      proofing.Reason      `json:"reason,omitempty" enum:"wish,document,age,face,authority,taken" doc:"why a person of the court looks"`
	Steps       []ProofingStep       `json:"steps" nullable:"false"`
	Next        proofing.Step        `json:"next,omitempty" doc:"the first step that isn't done, while it is open"`
	Document    *proofing.Document   `json:"document,omitempty"`
	FaceConsent bool                 `json:"face_consent"`
	Captures    int                  `json:"captures" doc:"tries before the camera"`
	Capture     *proofing.Capture    `json:"capture,omitempty" doc:"the last"`
	Tired       bool                 `json:"tired" doc:"the camera failed so often that a video read aloud is the better way"`
	Files       []store.ProofingFile `json:"files" nullable:"false"`
	CreatedAt   int64                `json:"created_at"`
	SubmittedAt int64                `json:"submitted_at,omitempty"`
	DecidedAt   int64                `json:"decided_at,omitempty"`
	Decision    string               `json:"decision,omitempty" doc:"what the court says about it"`
}

func (h *Hub) today() time.Time { return h.now().In(court.CourtZone) }

func (h *Hub) identity(ctx context.Context, personID string) (Identity, error) {
	person, err := h.store.Person(ctx, personID)
	if err != nil {
		return Identity{}, err
	}
	id := Identity{Verified: person.Verified, Name: person.Name, IDType: person.IDType, IDNumber: person.IDNumber, Phone: person.Phone}
	for _, d := range court.DocumentTypes {
		if !d.Org {
			id.Documents = append(id.Documents, DocumentKind{d.Key, d.ZH, d.EN})
		}
	}
	p, err := h.store.ProofingOf(ctx, personID)
	if errors.Is(err, court.ErrNotFound) {
		return id, nil
	}
	id.Proofing = h.proofingView(p)
	return id, err
}

func (h *Hub) proofingView(p *store.Proofing) *ProofingView {
	if p == nil {
		return nil
	}
	today, providers := h.today(), h.identities.providers()
	v := &ProofingView{ID: p.ID, State: p.State, Reason: p.Reason, FaceConsent: p.Facts.FaceConsent != nil, Captures: len(p.Facts.Captures), Tired: p.Facts.Tired(),
		Files: append([]store.ProofingFile{}, p.Files...), CreatedAt: p.CreatedAt, SubmittedAt: p.SubmittedAt, DecidedAt: p.DecidedAt, Decision: p.Decision}
	if p.State == proofing.Open {
		v.Next = p.Facts.Next(p.Kinds(), providers, today)
		v.Reason = p.Facts.Reviewed(providers, today)
	}
	for _, step := range p.Facts.Steps(providers, today) {
		done := step == proofing.StepSubmit && p.SubmittedAt > 0 || p.Facts.Done(step, p.Kinds(), providers, today)
		v.Steps = append(v.Steps, ProofingStep{step, done})
	}
	if d := p.Facts.Document; d != nil {
		v.Document = maskedDocument(*d)
	}
	if n := len(p.Facts.Captures); n > 0 {
		last := p.Facts.Captures[n-1]
		last.Reasons, last.Challenge = append([]string{}, last.Reasons...), ""
		v.Capture = &last
	}
	return v
}

func maskedDocument(d proofing.Document) *proofing.Document {
	d.IDNumber = store.MaskIDNumber(d.IDNumber)
	if g := d.Guardian; g != nil {
		masked := *g
		masked.IDNumber = store.MaskIDNumber(g.IDNumber)
		d.Guardian = &masked
	}
	return &d
}

// identityTexts are the texts on the way, by the step that asks for them.
var identityTexts = []string{court.NoticeRules, court.NoticeFaceConsent, court.NoticeCourt}

// identityText gives a text on the way, filled in for a person.
func (h *Hub) identityText(ctx context.Context, personID, key string) (NoticeText, error) {
	n, ok := h.notices[key]
	if !ok || !slices.Contains(identityTexts, key) {
		return NoticeText{}, court.ErrNotFound
	}
	values := map[string]string{"court": h.identities.Court}
	p, err := h.store.ProofingOf(ctx, personID)
	if err != nil && !errors.Is(err, court.ErrNotFound) {
		return NoticeText{}, err
	}
	if err == nil && p.Facts.Document != nil {
		values["user"] = p.Facts.Document.Name
	}
	text, sum := n.Fill(values)
	return NoticeText{Key: n.Key, Title: n.Title, Version: n.Version, SHA256: sum, Text: text, Confirm: n.Confirm}, nil
}
