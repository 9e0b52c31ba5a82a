// Package proofing is how somebody proves who they are (身份验证; NIST SP 800-63A calls it identity proofing): the steps in their order, what each
// needs, and who decides at the end. It is pure; package store keeps what it works on.
package proofing

import (
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"microcourt/store/court"
)

// State is where a proofing stands.
type State string

// The states. Only an open one changes; one in review waits for the court.
const (
	Open      State = "open"
	Review    State = "review"
	Approved  State = "approved"
	Refused   State = "refused"
	Withdrawn State = "withdrawn" // by the person, or by its age
)

// Step is one page of the way.
type Step string

// The steps, in the order in which they are done.
const (
	StepRules     Step = "rules"     // read the rules of litigation (诉讼规程)
	StepDocument  Step = "document"  // name and document (证件核验)
	StepPhone     Step = "phone"     // a code on the phone (手机号验证)
	StepPhotos    Step = "photos"    // both sides of the document, for review by a person (人工审核)
	StepFace      Step = "face"      // the camera (人脸识别), or a video read aloud
	StepNotice    Step = "notice"    // read the court's notice (告知书)
	StepSignature Step = "signature" // the signature on file (预留签名)
	StepSubmit    Step = "submit"
)

// Reason says why a person of the court has to look.
type Reason string

// The reasons for a review.
const (
	ByWish      Reason = "wish"      // the person asked for it
	ByDocument  Reason = "document"  // no authority knows this kind of document
	ByAge       Reason = "age"       // a minor, for whom a guardian acts
	ByFace      Reason = "face"      // the camera didn't show what it had to
	ByAuthority Reason = "authority" // no authority is connected, or it could not say yes
	ByTaken     Reason = "taken"     // somebody is known by this document already
)

// FileKind is what a file of a proofing shows.
type FileKind string

// The kinds. A proofing has at most one of each that counts, the newest.
const (
	FileFront    FileKind = "document_front"
	FileBack     FileKind = "document_back"
	FileGuardian FileKind = "guardian_proof" // that somebody is the guardian: household register, birth certificate, decision
	FileFlash    FileKind = "flash"          // frames of the camera while the screen showed colours
	FileVideo    FileKind = "digits_video"   // the person reads digits aloud
)

// Photos are the kinds that are single pictures.
var Photos = []FileKind{FileFront, FileBack, FileGuardian}

// Agreed is a text that was agreed to: which version, which bytes, and when (Unix milliseconds).
type Agreed struct {
	Version string `json:"version"`
	SHA256  string `json:"sha256"`
	At      int64  `json:"at"`
}

// Document is what somebody says about themselves.
type Document struct {
	Name        string    `json:"name"`
	IDType      string    `json:"id_type" doc:"a key of the list of documents"`
	IDNumber    string    `json:"id_number"`
	Nationality string    `json:"nationality,omitempty" doc:"of a foreign passport's holder"`
	ValidUntil  string    `json:"valid_until,omitempty" doc:"YYYY-MM-DD; needed for passports of other countries"`
	Guardian    *Guardian `json:"guardian,omitempty" doc:"who acts for a minor"`
}

// Guardian is who agrees and acts for a minor (个人信息保护法 第31条, 民法典 第27条).
type Guardian struct {
	Name     string `json:"name"`
	IDType   string `json:"id_type"`
	IDNumber string `json:"id_number"`
	Relation string `json:"relation" doc:"in words: mother, father, other guardian"`
}

// Verdict is what somebody or something thinks of a capture or of a name.
type Verdict string

// The verdicts. Unsure counts as no, and says less.
const (
	Yes    Verdict = "yes"
	No     Verdict = "no"
	Unsure Verdict = "unsure"
)

// Capture is one try before the camera.
type Capture struct {
	Kind    FileKind `json:"kind"`
	At      int64    `json:"at"`
	Verdict Verdict  `json:"verdict" doc:"of the program; a video is unsure, for only a person can look at it"`
	Score   float64  `json:"score"`
	Reasons []string `json:"reasons"`
	File    string   `json:"file"`
	// Challenge is what had to be answered: the digits, or the colours in the words of package hub/liveness.
	Challenge string `json:"challenge,omitempty"`
}

// Answer is what an authority or a comparison of faces said.
type Answer struct {
	Verdict   Verdict `json:"verdict"`
	Score     float64 `json:"score,omitempty"`
	Reference string  `json:"reference,omitempty"`
	At        int64   `json:"at"`
}

// Facts are what a proofing holds so far.
type Facts struct {
	Rules       *Agreed   `json:"rules,omitempty"`
	Document    *Document `json:"document,omitempty"`
	PhoneAt     int64     `json:"phone_at,omitempty"`
	FaceConsent *Agreed   `json:"face_consent,omitempty"`
	Captures    []Capture `json:"captures,omitempty"`
	Wish        bool      `json:"wish,omitempty"`
	Notice      *Agreed   `json:"notice,omitempty"`
	SignatureID string    `json:"signature_id,omitempty"`
	Authority   *Answer   `json:"authority,omitempty"`
	Comparison  *Answer   `json:"comparison,omitempty"`
	Taken       bool      `json:"taken,omitempty"` // the person was verified before, or somebody else is known by the document
	Asked       int       `json:"asked,omitempty"` // how often the authority was asked
}

// maxAsked bounds how often the authority is asked for one proofing: it is no place to try which number is whose.
const maxAsked = 3

// Say takes a document in, checked, and forgets what depended on another.
func (f *Facts) Say(d Document, today time.Time) error {
	if err := d.Check(today); err != nil {
		return err
	}
	f.Document, f.Authority, f.Comparison, f.Notice = &d, nil, nil, nil
	return nil
}

// MaxCaptures bounds the tries before the camera of one proofing; tellAfter of them that fail, the page offers a review.
const (
	MaxCaptures = 12
	tellAfter   = 3
)

// Providers says which outside services are connected.
type Providers struct{ Authority, Faces bool }

// automatic are the documents that an authority can know.
var automatic = []string{"resident_id", "hmt_residence_permit"}

// Reviewed gives why a person of the court has to look, or "". The first reason that applies is given.
func (f *Facts) Reviewed(p Providers, today time.Time) Reason {
	switch {
	case f.Wish:
		return ByWish
	case f.Taken:
		return ByTaken
	case f.Document != nil && !slices.Contains(automatic, f.Document.IDType):
		return ByDocument
	case f.Document != nil && f.Minor(today):
		return ByAge
	case !p.Authority || !p.Faces:
		return ByAuthority
	case f.Authority != nil && f.Authority.Verdict != Yes:
		return ByAuthority
	case f.Authority == nil && f.Asked >= maxAsked:
		return ByAuthority
	case f.Comparison != nil && f.Comparison.Verdict != Yes:
		return ByFace
	case f.lastFlash() == nil && f.has(FileVideo):
		return ByFace
	case f.Tired():
		return ByFace
	}
	return ""
}

// Tired says that the camera failed so often that a review is the better way.
func (f *Facts) Tired() bool {
	failed := 0
	for _, c := range f.Captures {
		if c.Kind == FileFlash && c.Verdict != Yes {
			failed++
		}
	}
	return failed >= tellAfter && !f.faceShown()
}

func (f *Facts) has(kind FileKind) bool {
	return slices.ContainsFunc(f.Captures, func(c Capture) bool { return c.Kind == kind })
}

func (f *Facts) lastFlash() *Capture {
	for i := len(f.Captures) - 1; i >= 0; i-- {
		if f.Captures[i].Kind == FileFlash {
			return &f.Captures[i]
		}
	}
	return nil
}

// faceShown: the newest capture of colours followed them. One that did once and no longer does proves nothing.
func (f *Facts) faceShown() bool { last := f.lastFlash(); return last != nil && last.Verdict == Yes }

// Steps gives the way that this proofing takes, and Next the first of it that isn't done. files are the kinds that are there.
func (f *Facts) Steps(p Providers, today time.Time) []Step {
	steps := []Step{StepRules, StepDocument, StepPhone}
	if f.Reviewed(p, today) != "" {
		steps = append(steps, StepPhotos)
	}
	return append(steps, StepFace, StepNotice, StepSignature, StepSubmit)
}

// Done reports whether a step is done.
func (f *Facts) Done(step Step, files []FileKind, p Providers, today time.Time) bool {
	there := func(k FileKind) bool { return slices.Contains(files, k) }
	switch step {
	case StepRules:
		return f.Rules != nil
	case StepDocument:
		return f.Document != nil
	case StepPhone:
		return f.PhoneAt > 0
	case StepPhotos:
		guardian := f.Document == nil || f.Document.Guardian == nil || there(FileGuardian)
		return there(FileFront) && there(FileBack) && guardian
	case StepFace:
		return f.faceShown() || f.has(FileVideo) && f.Reviewed(p, today) != ""
	case StepNotice:
		return f.Notice != nil
	case StepSignature:
		return f.SignatureID != ""
	}
	return false
}

// Next gives the first step that isn't done.
func (f *Facts) Next(files []FileKind, p Providers, today time.Time) Step {
	for _, step := range f.Steps(p, today) {
		if !f.Done(step, files, p, today) {
			return step
		}
	}
	return StepSubmit
}

// adult is the age from which one acts for oneself (民法典 第17条).
const adult = 18

// Minor reports whether the document says that its holder is under 18.
func (f *Facts) Minor(today time.Time) bool {
	return f.Document != nil && f.Document.minor(today)
}

func (d *Document) minor(today time.Time) bool {
	born, ok := d.born(today.Location())
	return ok && born.AddDate(adult, 0, 0).After(today)
}

// born gives the date of birth, which numbers built by GB 11643 hold.
func (d *Document) born(where *time.Location) (time.Time, bool) {
	if len(d.IDNumber) != 18 {
		return time.Time{}, false
	}
	if _, err := strconv.Atoi(d.IDNumber[6:14]); err != nil {
		return time.Time{}, false
	}
	born, err := time.ParseInLocation("20060102", d.IDNumber[6:14], where)
	return born, err == nil
}

// maxName bounds names, in characters.
const maxName = 100

// Check puts a document into its normal form, or says which field is wrong: court.ErrInvalid, court.ErrIDNumber or court.ErrIDChecksum.
func (d *Document) Check(today time.Time) error {
	var err error
	if d.Name, err = checkName(d.Name, "name"); err != nil {
		return err
	}
	if d.IDNumber, err = checkNumber(d.IDType, d.IDNumber, today, ""); err != nil {
		return err
	}
	if err := d.checkForeign(today); err != nil {
		return err
	}
	if !d.minor(today) {
		d.Guardian = nil
		return nil
	}
	if d.Guardian == nil {
		return court.ErrGuardianNeeded.In("guardian")
	}
	return d.Guardian.check(d, today)
}

// checkForeign asks passports of other countries for what the court has to see of them.
func (d *Document) checkForeign(today time.Time) error {
	d.Nationality = strings.TrimSpace(d.Nationality)
	if d.IDType != "foreign_passport" {
		d.Nationality, d.ValidUntil = "", ""
		return nil
	}
	if n := len([]rune(d.Nationality)); n < 1 || n > maxName {
		return court.ErrInvalid.In("nationality")
	}
	until, err := time.ParseInLocation(time.DateOnly, d.ValidUntil, today.Location())
	if err != nil {
		return court.ErrInvalid.In("valid_until")
	}
	if !until.AddDate(0, 0, 1).After(today) {
		return court.ErrDocumentExpired.In("valid_until")
	}
	return nil
}

func (g *Guardian) check(ward *Document, today time.Time) error {
	var err error
	if g.Name, err = checkName(g.Name, "guardian.name"); err != nil {
		return err
	}
	if g.IDNumber, err = checkNumber(g.IDType, g.IDNumber, today, "guardian."); err != nil {
		return err
	}
	as := Document{IDNumber: g.IDNumber}
	if as.minor(today) || g.IDType == ward.IDType && g.IDNumber == ward.IDNumber {
		return court.ErrGuardianNeeded.In("guardian.id_number")
	}
	g.Relation = strings.TrimSpace(g.Relation)
	if n := len([]rune(g.Relation)); n < 1 || n > maxName {
		return court.ErrInvalid.In("guardian.relation")
	}
	return nil
}

func checkName(typed, field string) (string, error) {
	name := strings.Join(strings.Fields(typed), " ")
	runes := []rune(name)
	if len(runes) < 1 || len(runes) > maxName || slices.ContainsFunc(runes, func(r rune) bool { return !unicode.IsPrint(r) || unicode.IsDigit(r) }) {
		return "", court.ErrInvalid.In(field)
	}
	return name, nil
}

func checkNumber(idType, typed string, today time.Time, prefix string) (string, error) {
	kind, ok := court.DocumentTypeOf(idType)
	if !ok || kind.Org {
		return "", court.ErrInvalid.In(prefix + "id_type")
	}
	number := kind.Normal(typed)
	switch kind.Check(number, today) {
	case "":
		return number, nil
	case court.IDChecksum:
		return "", court.ErrIDChecksum.In(prefix + "id_number")
	}
	return "", court.ErrIDNumber.In(prefix + "id_number")
}

// Scrub takes out what says who it was, when the time for keeping it is over; that and when texts were agreed to stays.
func (f *Facts) Scrub() {
	f.Document = nil
	for i := range f.Captures {
		f.Captures[i].File = ""
	}
}

// SecondLook says when two members of staff have to approve.
type SecondLook string

// The policies. Refusing never takes two.
const (
	SecondNever  SecondLook = "never"
	SecondTaken  SecondLook = "taken" // where an account would pass to another phone, or a verified name or document change
	SecondAlways SecondLook = "always"
)

// Two reports whether two have to approve. taken: somebody else is known by the document, or the person was verified before.
func (s SecondLook) Two(taken bool) bool { return s == SecondAlways || s == SecondTaken && taken }
