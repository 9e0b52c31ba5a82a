// Package archive is the exported record of a case: how its files are written and read, and the proof that nothing in it has been
// changed since it was sealed. It needs neither server nor database.
package archive

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"microcourt/store/court"
	"microcourt/store/seal"
)

// Format names this form of archive.
const Format = "microcourt archive v1"

// Names of an archive's files. Threads and the bytes of attachments have folders.
const (
	ManifestName   = "manifest.json"
	CoverName      = "cover.json"
	CoversName     = "covers.jsonl"
	SealsName      = "seals.jsonl"
	CheckpointName = "checkpoint.txt"
	KeyName        = "key.txt"
	IndexName      = "index.html"
	threadFolder   = "threads/"
	fileFolder     = "files/"
	witnessFolder  = "witness/"
)

// Manifest lists the files of an archive. It tells damage on the way from a change of the record; the proof is in the seals.
type Manifest struct {
	Format string         `json:"format"`
	CaseID string         `json:"case"`
	View   View           `json:"view"`
	Files  []ManifestFile `json:"files"`
}

// ManifestFile is one file of an archive.
type ManifestFile struct {
	Name   string `json:"name"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

// View says whose archive it is, and with that, which threads stand in it.
type View struct {
	// Court is the court's archive: the room and the threads between participants and the bench, with the columns that
	// only the court may know. Otherwise it is a participant's own part.
	Court bool `json:"court"`
	// Whole adds what two participants said to each other: for checking a record where it lies.
	Whole bool `json:"whole,omitempty"`
	// Participant is whose part it is, or who of the court took the archive; "" for the court's own complete one.
	Participant string     `json:"participant,omitempty"`
	Role        court.Role `json:"role,omitempty"`
}

// Shows reports whether a thread belongs into the archive. All of a party's own possible threads do, so that it can be seen that none
// is left out.
func (v View) Shows(thread string) bool {
	th, err := court.ParseThread(thread)
	if err != nil {
		return false
	}
	switch {
	case th.Kind == court.ThreadRoom, v.Whole, th.Kind == court.ThreadService && v.Court:
		return true
	case th.Kind == court.ThreadBench && v.Court:
		return v.Participant == "" || v.Role == court.RoleJudge || th.A == v.Participant
	case v.Court:
		return false
	}
	return th.A == v.Participant || th.B == v.Participant
}

// Hides reports whether a thread may begin with events that the archive's reader doesn't read: a judge reads what others wrote to
// the bench from appointment on.
func (v View) Hides(thread string) bool {
	th, err := court.ParseThread(thread)
	return err == nil && v.Court && v.Participant != "" && th.Kind == court.ThreadBench && th.A != v.Participant
}

// threadName gives the file of a thread; ids hold neither slash nor dot.
func threadName(thread string) string {
	return threadFolder + strings.ReplaceAll(thread, "/", ".") + ".jsonl"
}

// FileName gives where the bytes of an attachment lie.
func FileName(attachment string) string { return fileFolder + attachment }

// Cover is what the court says of a case and who is in it, as every participant sees it.
type Cover struct {
	DocketNumber string        `json:"docket_number"`
	Title        string        `json:"title"`
	Cause        string        `json:"cause"`
	Court        string        `json:"court"`
	Procedure    string        `json:"procedure"`
	Phone        string        `json:"phone"`
	State        string        `json:"state"`
	FiledAt      int64         `json:"filed_at"`
	ClosedAt     int64         `json:"closed_at"`
	Participants []Participant `json:"participants"`
}

// Participant is somebody of a case's cover.
type Participant struct {
	ID          string     `json:"id"`
	Role        court.Role `json:"role"`
	Standing    string     `json:"standing"`
	Kind        string     `json:"kind"`
	Name        string     `json:"name"`
	JoinedAt    int64      `json:"joined_at"`
	RemovedAt   int64      `json:"removed_at"`
	For         []string   `json:"for"`
	Authorities []string   `json:"authorities"` // of each in For
}

// Hash commits to the cover.
func (c Cover) Hash() seal.Hash { return seal.TextHash("microcourt cover v1\n" + string(Canonical(c))) }

// Threads lists the possible threads of the case.
func (c Cover) Threads() []string {
	ids := make([]string, len(c.Participants))
	for i, p := range c.Participants {
		ids[i] = p.ID
	}
	return seal.PossibleThreads(ids)
}

// differences names the columns in which two covers differ.
func (c Cover) differences(o Cover) (names []string) {
	see := func(same bool, name string) {
		if !same {
			names = append(names, name)
		}
	}
	for _, f := range []struct{ name, a, b string }{
		{"docket_number", c.DocketNumber, o.DocketNumber}, {"title", c.Title, o.Title}, {"cause", c.Cause, o.Cause}, {"court", c.Court, o.Court},
		{"procedure", c.Procedure, o.Procedure}, {"phone", c.Phone, o.Phone}, {"state", c.State, o.State},
	} {
		see(f.a == f.b, "court_case."+f.name)
	}
	see(c.FiledAt == o.FiledAt, "court_case.filed_at")
	see(c.ClosedAt == o.ClosedAt, "court_case.closed_at")
	had := map[string]Participant{}
	for _, p := range o.Participants {
		had[p.ID] = p
	}
	for _, p := range c.Participants {
		q, known := had[p.ID]
		delete(had, p.ID)
		if !known {
			names = append(names, "participant "+p.ID)
			continue
		}
		of := " of participant " + p.ID
		see(p.Role == q.Role, "role"+of)
		see(p.Standing == q.Standing, "standing"+of)
		see(p.Kind == q.Kind, "kind"+of)
		see(p.Name == q.Name, "name"+of)
		see(p.JoinedAt == q.JoinedAt, "joined_at"+of)
		see(p.RemovedAt == q.RemovedAt, "removed_at"+of)
		see(slices.Equal(p.For, q.For) && slices.Equal(p.Authorities, q.Authorities), "representation"+of)
	}
	for id := range had {
		names = append(names, "participant "+id)
	}
	slices.Sort(names)
	return names
}

// States of a line that is no event.
const (
	Missing = "missing" // the record has no row of this number any more
	Earlier = "earlier" // said before the archive's reader came to read the thread; only its leaf is given
)

// Line is one event of a thread, with what is needed to compute its leaf. What the archive's reader may not see stands as a hash.
type Line struct {
	Seq       int64      `json:"seq"`
	State     string     `json:"state,omitempty"`
	ID        string     `json:"id,omitempty"`
	At        int64      `json:"at,omitempty"`
	By        string     `json:"by,omitempty"`
	Kind      string     `json:"kind,omitempty"`
	Body      string     `json:"body,omitempty"` // exactly as it is stored
	Files     []FileLine `json:"files,omitempty"`
	Court     *CourtLine `json:"court,omitempty"`
	Withdrawn string     `json:"withdrawn,omitempty"`

	Salt        []byte `json:"salt,omitempty"` // of the event, in the court's archive
	OpenSalt    []byte `json:"open_salt,omitempty"`
	ContentSalt []byte `json:"content_salt,omitempty"`
	ContentHash []byte `json:"content_hash,omitempty"` // in place of body and files
	CourtHash   []byte `json:"court_hash,omitempty"`   // in place of court

	Leaf  []byte   `json:"leaf,omitempty"` // as it was noted when the event was sealed
	Now   []byte   `json:"now,omitempty"`  // of an earlier event: the leaf that its row gives now
	Marks [][]byte `json:"marks,omitempty"`
}

// FileLine is a file that an event names.
type FileLine struct {
	ID          string `json:"id"`
	Kind        string `json:"kind"`
	Name        string `json:"name"`
	Type        string `json:"type"`
	Size        int64  `json:"size"`
	SHA256      string `json:"sha256"`
	ThumbSHA256 string `json:"thumb_sha256,omitempty"`
	Width       int64  `json:"width,omitempty"`
	Height      int64  `json:"height,omitempty"`
}

// CourtLine is what only the court may know of an event.
type CourtLine struct {
	ByPerson  string      `json:"by_person"`
	SessionID string      `json:"session_id"`
	Words     string      `json:"words"`
	Digest    []byte      `json:"digest"`
	Files     []CourtFile `json:"files,omitempty"`
}

// CourtFile is what only the court may know of a file.
type CourtFile struct {
	PersonID   string `json:"person_id"`
	UploadID   string `json:"upload_id"`
	CreatedAt  int64  `json:"created_at"`
	FinishedAt int64  `json:"finished_at"`
}

// SealLine is one seal of the case; Open proves what it says, where the archive needs that.
type SealLine struct {
	Text string   `json:"text"`
	Open *Opening `json:"open,omitempty"`
}

// Opening proves that a seal stands in a checkpoint, and which heads of threads it covers.
type Opening struct {
	Checkpoint string     `json:"checkpoint"` // the signed note
	Blind      []byte     `json:"blind"`
	Place      Place      `json:"place"`
	Path       []byte     `json:"path"`
	Heads      []HeadLine `json:"heads"`
}

// HeadLine proves the head of one thread.
type HeadLine struct {
	Thread string `json:"thread"`
	Size   int64  `json:"size"`
	Root   []byte `json:"root"`
	Blind  []byte `json:"blind"`
	Place  Place  `json:"place"`
	Path   []byte `json:"path"`
}

// Place is the number of a leaf in its tree. It is written in eight hex digits, so that it takes as much room wherever the leaf is.
type Place uint32

// MarshalText writes the place.
func (p Place) MarshalText() ([]byte, error) { return fmt.Appendf(nil, "%08x", uint32(p)), nil }

// UnmarshalText reads what MarshalText wrote.
func (p *Place) UnmarshalText(text []byte) error {
	raw, err := hex.DecodeString(string(text))
	if err != nil || len(raw) != 4 {
		return errors.New("archive: not a place")
	}
	*p = Place(uint32(raw[0])<<24 | uint32(raw[1])<<16 | uint32(raw[2])<<8 | uint32(raw[3]))
	return nil
}

// Canonical writes a value in the one form in which an archive has it.
func Canonical(v any) []byte {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		panic(err) // the types above are plain
	}
	return bytes.TrimRight(buf.Bytes(), "\n")
}

var errForm = errors.New("archive: not in the form that the archive is written in")

// parse reads what Canonical wrote, and nothing else: no unknown or repeated names, no other spelling.
func parse(text []byte, v any) error {
	if err := json.Unmarshal(text, v); err != nil {
		return errForm
	}
	if !bytes.Equal(Canonical(v), text) {
		return errForm
	}
	return nil
}

// ParseCover reads a cover as Canonical wrote it.
func ParseCover(text string) (c Cover, err error) { return c, parse([]byte(text), &c) }

// WitnessName gives where a witness's answer to the newest head lies.
func WitnessName(witness string) string { return witnessFolder + witness }

// NewOpening begins to open a seal: where it stands in a signed checkpoint.
func NewOpening(note string, blind seal.Hash, place int64, path []seal.Hash) *Opening {
	return &Opening{Checkpoint: note, Blind: blind[:], Place: Place(place), Path: joinHashes(path), Heads: []HeadLine{}}
}

// AddHead opens the head of a thread.
func (o *Opening) AddHead(h seal.Head, blind seal.Hash, place int, path []seal.Hash) {
	o.Heads = append(o.Heads, HeadLine{h.Thread, h.Size, h.Root[:], blind[:], Place(place), joinHashes(path)})
}

// joinHashes and splitHashes write a list of hashes as one.
func joinHashes(all []seal.Hash) []byte {
	var out []byte
	for _, h := range all {
		out = append(out, h[:]...)
	}
	return out
}

func splitHashes(raw []byte) (all []seal.Hash, ok bool) {
	for ; len(raw) >= len(seal.Hash{}); raw = raw[len(seal.Hash{}):] {
		all = append(all, seal.Hash(raw[:len(seal.Hash{})]))
	}
	return all, len(raw) == 0
}

// hashFrom reads one hash; the zero hash where it is none.
func hashFrom(raw []byte) (h seal.Hash) {
	if len(raw) == len(h) {
		h = seal.Hash(raw)
	}
	return h
}

// otherOf names who is on the other side of a private thread: a participant, or "bench".
func otherOf(thread, me string) string {
	th, err := court.ParseThread(thread)
	switch {
	case err != nil:
		return thread
	case th.Kind == court.ThreadBench && me != "":
		return "bench"
	case th.Kind == court.ThreadService:
		return th.A
	case th.A == me:
		return th.B
	}
	return th.A
}
