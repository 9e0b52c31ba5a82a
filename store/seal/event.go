// Package seal is the mathematics of the sealed record: what an event's leaf is, how a thread's events and a case's threads
// become one hash, and how the signed heads are written. SEAL.md is its standard. It does no I/O and knows no tables.
package seal

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"strconv"

	"golang.org/x/mod/sumdb/tlog"
)

// Hash is a SHA-256.
type Hash = tlog.Hash

// Event is all of an event that is sealed: every column of its row but withdrawn_by, and the rows of its files.
type Event struct {
	CaseID, Thread string
	Seq            int64
	ID             string
	At             int64 // Unix milliseconds
	By             string
	Kind           string
	Body           string // exactly as stored
	Files          []File // in the order of their ids
	ByPerson       string
	SessionID      string
	Words          string
	Digest         []byte
	Salt           []byte
}

// File is a file that an event names, as the record knows it.
type File struct {
	ID          string
	Kind        string
	Name        string
	Type        string
	Size        int64
	SHA256      string // hex
	ThumbSHA256 string // hex, "" where there is none
	Width       int64
	Height      int64

	PersonID   string
	UploadID   string
	CreatedAt  int64
	FinishedAt int64
}

// Group is a part of an event that is disclosed or withheld as a whole. Each has a salt of its own, so that who is given two
// of them can't guess at the third.
type Group int

const (
	// Open is what every reader of the thread sees, also of a withdrawn event: id, time, author, kind.
	Open Group = iota
	// Content is what a withdrawal takes from view: body and files.
	Content
	// Court is what only the court may know: account and session of the author, the words for search, the digest of
	// what was sent.
	Court

	// Groups is how many there are.
	Groups = 3
)

var groupNames = [Groups]string{"open", "content", "court"}

// column is one named value.
type column struct{ name, value string }

// columns gives a group's columns in their order.
func (e *Event) columns(g Group) []column {
	switch g {
	case Open:
		return []column{{"case_id", e.CaseID}, {"thread", e.Thread}, {"seq", number(e.Seq)}, {"id", e.ID}, {"at", number(e.At)}, {"by_id", e.By}, {"kind", e.Kind}}
	case Content:
		all := []column{{"body", e.Body}}
		for i, f := range e.Files {
			for _, c := range []column{{"id", f.ID}, {"kind", f.Kind}, {"name", f.Name}, {"type", f.Type}, {"size", number(f.Size)}, {"sha256", f.SHA256},
				{"thumb_sha256", f.ThumbSHA256}, {"width", number(f.Width)}, {"height", number(f.Height)}} {
				all = append(all, column{fileColumn(i, c.name), c.value})
			}
		}
		return all
	}
	all := []column{{"by_person", e.ByPerson}, {"session_id", e.SessionID}, {"words", e.Words}, {"digest", string(e.Digest)}}
	for i, f := range e.Files {
		for _, c := range []column{{"person_id", f.PersonID}, {"upload_id", f.UploadID}, {"created_at", number(f.CreatedAt)}, {"finished_at", number(f.FinishedAt)}} {
			all = append(all, column{fileColumn(i, c.name), c.value})
		}
	}
	return all
}

func fileColumn(i int, name string) string { return fmt.Sprintf("file %d %s", i, name) }

func number(n int64) string { return strconv.FormatInt(n, 10) }

// GroupSalt derives a group's salt from the event's.
func GroupSalt(salt []byte, g Group) []byte {
	h := hmac.New(sha256.New, salt)
	h.Write([]byte("microcourt salt v1 " + groupNames[g]))
	return h.Sum(nil)
}

// GroupHash commits to a group's columns under its salt.
func (e *Event) GroupHash(g Group, salt []byte) Hash {
	parts := []string{"microcourt columns v1", groupNames[g], string(salt)}
	for _, c := range e.columns(g) {
		parts = append(parts, c.name, c.value)
	}
	return hashOf(parts...)
}

// LeafOf gives an event's leaf in its thread's log from the hashes of its groups.
func LeafOf(groups [Groups]Hash) Hash {
	record := hashOf("microcourt event v1", string(groups[Open][:]), string(groups[Content][:]), string(groups[Court][:]))
	return tlog.RecordHash(record[:])
}

// Leaf gives the event's leaf.
func (e *Event) Leaf() Hash {
	var groups [Groups]Hash
	for g := range Group(Groups) {
		groups[g] = e.GroupHash(g, GroupSalt(e.Salt, g))
	}
	return LeafOf(groups)
}

// MarkSize is the length of one mark.
const MarkSize = 4

// Marks gives short keyed marks of a group's columns, one after the other. They prove nothing; they only tell which column
// it is that doesn't fit an event's leaf any more.
func (e *Event) Marks(g Group, salt []byte) []byte {
	var marks []byte
	for _, c := range e.columns(g) {
		h := hmac.New(sha256.New, salt)
		h.Write(encode("microcourt mark v1", c.name, c.value))
		marks = append(marks, h.Sum(nil)[:MarkSize]...)
	}
	return marks
}

// Differing names the columns of a group whose marks are not those that were noted; ok is false where the marks don't tell.
func (e *Event) Differing(g Group, salt, noted []byte) (names []string, ok bool) {
	marks := e.Marks(g, salt)
	columns := e.columns(g)
	if len(marks) != len(noted) {
		return []string{"files"}, len(noted) > 0
	}
	for i, c := range columns {
		if string(marks[i*MarkSize:(i+1)*MarkSize]) != string(noted[i*MarkSize:(i+1)*MarkSize]) {
			names = append(names, c.name)
		}
	}
	return names, true
}

// encode writes strings one after the other, each behind its length, so that no two lists read the same.
func encode(parts ...string) []byte {
	var buf []byte
	for _, p := range parts {
		buf = binary.BigEndian.AppendUint64(buf, uint64(len(p)))
		buf = append(buf, p...)
	}
	return buf
}

func hashOf(parts ...string) Hash { return sha256.Sum256(encode(parts...)) }
