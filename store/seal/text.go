package seal

import (
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// CaseSeal is one seal of a case. It is authentic by standing in a checkpoint, and names the seal before it.
type CaseSeal struct {
	Origin     string // the record it belongs to
	CaseID     string
	Number     int64 // 1, 2, 3 ... of the case
	Checkpoint int64 // in which it stands
	At         int64 // Unix milliseconds; what came later is not in it
	Cover      Hash  // of the case's cover: its names, parties and panel
	Leaves     int
	Root       Hash
	Previous   Hash // SHA-256 of the text of the seal before; zero for the first
}

// Checkpoint is the head over all cases' seals of one moment. It is what gets signed and published.
type Checkpoint struct {
	Origin   string
	Number   int64
	At       int64
	Leaves   int
	Root     Hash
	Previous Hash
}

const (
	sealTitle       = "microcourt seal v1"
	checkpointTitle = "microcourt checkpoint v1"
)

// ErrText says that a text is not a seal's or a checkpoint's in the one form that it can have.
var ErrText = errors.New("seal: not a text of this form")

// Text writes the seal. Its SHA-256 is the seal's hash.
func (s CaseSeal) Text() string {
	return fmt.Sprintf("%s\n%s\ncase %s\nnumber %d\ncheckpoint %d\ntime %d\ncover %s\nleaves %d\nroot %s\nprevious %s\n",
		sealTitle, s.Origin, s.CaseID, s.Number, s.Checkpoint, s.At, base64Of(s.Cover), s.Leaves, base64Of(s.Root), base64Of(s.Previous))
}

// Text writes the checkpoint, without signatures.
func (c Checkpoint) Text() string {
	return fmt.Sprintf("%s\n%s\nnumber %d\ntime %d\nleaves %d\nroot %s\nprevious %s\n",
		checkpointTitle, c.Origin, c.Number, c.At, c.Leaves, base64Of(c.Root), base64Of(c.Previous))
}

// TextHash is the hash by which the next text names this one.
func TextHash(text string) Hash { return sha256.Sum256([]byte(text)) }

// ParseCaseSeal reads what Text wrote.
func ParseCaseSeal(text string) (s CaseSeal, err error) {
	f := fields{text: text}
	f.title(sealTitle)
	s.Origin, s.CaseID = f.line(""), f.line("case ")
	s.Number, s.Checkpoint, s.At = f.number("number "), f.number("checkpoint "), f.number("time ")
	s.Cover, s.Leaves, s.Root, s.Previous = f.hash("cover "), int(f.number("leaves ")), f.hash("root "), f.hash("previous ")
	if f.bad || s.Text() != text {
		return CaseSeal{}, ErrText
	}
	return s, nil
}

// ParseCheckpoint reads what Text wrote.
func ParseCheckpoint(text string) (c Checkpoint, err error) {
	f := fields{text: text}
	f.title(checkpointTitle)
	c.Origin, c.Number, c.At = f.line(""), f.number("number "), f.number("time ")
	c.Leaves, c.Root, c.Previous = int(f.number("leaves ")), f.hash("root "), f.hash("previous ")
	if f.bad || c.Text() != text {
		return Checkpoint{}, ErrText
	}
	return c, nil
}

// fields reads a text line by line.
type fields struct {
	text string
	bad  bool
}

func (f *fields) line(name string) string {
	line, rest, ok := strings.Cut(f.text, "\n")
	f.text = rest
	value, named := strings.CutPrefix(line, name)
	if !ok || !named || value == "" || len(value) > 200 {
		f.bad = true
	}
	return value
}

func (f *fields) title(want string) { f.bad = f.line("") != want || f.bad }

func (f *fields) number(name string) int64 {
	n, err := strconv.ParseInt(f.line(name), 10, 62)
	f.bad = f.bad || err != nil || n < 0
	return n
}

func (f *fields) hash(name string) (h Hash) {
	raw, err := base64.StdEncoding.DecodeString(f.line(name))
	if err != nil || len(raw) != len(h) {
		f.bad = true
		return h
	}
	return Hash(raw)
}

func base64Of(h Hash) string { return base64.StdEncoding.EncodeToString(h[:]) }
