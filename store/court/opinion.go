package court

import "strings"

// Limits of opinions. They stand in the protocol document.
const (
	MaxOpinionImages   = 20
	MaxOpinionVersions = 50 // of one party on one exhibit
)

// Aspect is what an opinion says on one question: whether there is an objection (异议), and why.
type Aspect struct {
	Objection bool   `json:"objection"`
	Text      string `json:"text,omitempty"`
}

// OpinionInput is a party's opinion on another's exhibit (质证意见): on its authenticity (真实性), legality (合法性) and relevance
// (关联性) separately. Without any objection it says 无异议.
type OpinionInput struct {
	Authenticity Aspect      `json:"authenticity"`
	Legality     Aspect      `json:"legality"`
	Relevance    Aspect      `json:"relevance"`
	Text         string      `json:"text,omitempty"`
	Images       []PageInput `json:"images,omitempty"`
}

// Objects reports whether the opinion objects to anything.
func (o *OpinionInput) Objects() bool {
	return o.Authenticity.Objection || o.Legality.Objection || o.Relevance.Objection
}

// Check refuses an objection that says nothing, in words or in images, and what is too long. Errors name the field.
func (o *OpinionInput) Check() error {
	said := strings.TrimSpace(o.Text) != "" || len(o.Images) > 0
	for _, a := range []struct {
		Aspect
		field string
	}{{o.Authenticity, "authenticity.text"}, {o.Legality, "legality.text"}, {o.Relevance, "relevance.text"}} {
		if err := checkText(a.Text, MaxPurposeRunes, a.field); err != nil {
			return err
		}
		said = said || strings.TrimSpace(a.Text) != ""
	}
	if err := checkText(o.Text, MaxTextRunes, "text"); err != nil {
		return err
	}
	if o.Objects() && !said {
		return ErrInvalid.In("text")
	}
	return checkImages(o.Images)
}

func checkImages(images []PageInput) error {
	if len(images) > MaxOpinionImages {
		return ErrTooLarge.In("images")
	}
	seen := map[string]bool{}
	for i, p := range images {
		if err := checkPage(p, seen, PageField("images", i)); err != nil {
			return err
		}
	}
	return nil
}

// Words is what search finds the opinion by.
func (o *OpinionInput) Words() string {
	return strings.Join([]string{o.Text, o.Authenticity.Text, o.Legality.Text, o.Relevance.Text}, "\n")
}
