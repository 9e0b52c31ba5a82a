// Package efile makes a case's file (电子卷宗) out of its record: the papers in their order with numbered pages, and the table of contents. It follows from the
// events that somebody reads, and from nothing else, so that whoever holds an archive can make it again and compare. It does no I/O of its own.
package efile

import (
	"cmp"
	"encoding/json"
	"slices"

	"microcourt/store/court"
	"microcourt/store/seal/archive"
)

// Format names this form of file.
const Format = "microcourt efile v1"

// Volumes. What only the bench and one side read stands in the second, which no party ever gets: in its own file a party's papers all stand in the first.
const (
	Main      = "main"      // 正卷
	Secondary = "secondary" // 副卷
)

var volumeTitles = map[string]string{Main: "正卷", Secondary: "副卷"}

// Sections of a volume, in their order.
const (
	Fees         = "fee"
	Applications = "application"
	Evidence     = "evidence"
	Hearings     = "hearing"
	Signings     = "signing"
	Documents    = "document"
	Talk         = "talk"
	Course       = "course"
)

var sections = []string{Fees, Applications, Evidence, Hearings, Signings, Documents, Talk, Course}

// Contents is the table of contents.
type Contents struct {
	Format       string   `json:"format"`
	MadeBy       string   `json:"made_by" doc:"version of the program that set the pages"`
	DocketNumber string   `json:"docket_number"`
	Title        string   `json:"title"`
	Court        string   `json:"court"`
	Whose        string   `json:"whose" doc:"participant id of whose part it is; empty: the court's"`
	Volumes      []Volume `json:"volumes" nullable:"false"`
}

// Volume is a part of the file with a numbering of its own.
type Volume struct {
	Volume string  `json:"volume" enum:"main,secondary"`
	Title  string  `json:"title" doc:"正卷, 副卷"`
	Pages  int     `json:"pages"`
	Papers []Paper `json:"papers" nullable:"false"`
}

// Paper is one paper in the file.
type Paper struct {
	ID        string `json:"id"`
	Number    int    `json:"number" doc:"in its volume, from 1"`
	Section   string `json:"section" enum:"fee,application,evidence,hearing,signing,document,talk,course"`
	Title     string `json:"title"`
	Party     string `json:"party,omitempty" doc:"participant id"`
	From      string `json:"from,omitempty" doc:"who is responsible for it, in words"`
	At        int64  `json:"at"`
	FirstPage int    `json:"first_page" doc:"0: none of its parts has pages"`
	Pages     int    `json:"pages"`
	Parts     []Part `json:"parts" nullable:"false"`
	Events    []Ref  `json:"events" nullable:"false" doc:"what it follows from; of the talk the first and the last"`

	volume string
}

// Part is a document of a paper: set by the program, or as it was sent.
type Part struct {
	Name       string `json:"name" doc:"of its file in an archive"`
	Title      string `json:"title"`
	Type       string `json:"type"`
	Pages      int    `json:"pages" doc:"0: it has none, or they can't be told"`
	Attachment string `json:"attachment,omitempty" doc:"id of the file, where it is as it was sent"`
	SHA256     string `json:"sha256,omitempty" doc:"of the file as it was sent"`

	sheet  *sheet
	images []image
}

// Made reports whether the program sets the part; otherwise it is a file as it was sent.
func (p *Part) Made() bool { return p.Attachment == "" }

// Ref names an event.
type Ref struct {
	Thread string `json:"thread"`
	Seq    int64  `json:"seq"`
}

// File gathers a case's record and makes its file.
type File struct {
	view   archive.View
	cover  archive.Cover
	names  map[string]string
	papers []*Paper
	byID   map[string]*Paper
	course []entry
	talks  []*talk
	notes  map[string]*exhibitNotes
}

// New begins a file for a reader.
func New(view archive.View) *File {
	return &File{view: view, names: map[string]string{"": "系统"}, byID: map[string]*Paper{}, notes: map[string]*exhibitNotes{}}
}

// Cover takes the case's cover; it comes first.
func (f *File) Cover(c archive.Cover) {
	f.cover = c
	for _, p := range c.Participants {
		f.names[p.ID] = p.Standing + p.Name
	}
}

// Line takes an event, thread by thread, each thread in its order.
func (f *File) Line(thread string, l archive.Line) {
	if _, talk := court.KindActs[court.Kind(l.Kind)]; l.State != "" || l.Withdrawn != "" && !talk { // that something was said, and taken from view, stays
		return
	}
	th, err := court.ParseThread(thread)
	if err != nil || th.Kind == court.ThreadPair && f.view.Court { // the court's file is the same for all of the bench
		return
	}
	e := &event{Line: l, thread: thread, volume: Main, files: map[string]archive.FileLine{}}
	if f.view.Court && th.Kind == court.ThreadBench {
		e.volume = Secondary
	}
	for _, file := range l.Files {
		e.files[file.ID] = file
	}
	if take, ok := takers[court.Kind(l.Kind)]; ok {
		take(f, e)
	}
}

// event is an event while it is taken.
type event struct {
	archive.Line
	thread string
	volume string
	files  map[string]archive.FileLine
}

// read reads a body; what isn't in its form gives nothing.
func read[B any](e *event) (b B) {
	json.Unmarshal([]byte(e.Body), &b)
	return b
}

// paper gives the paper with an id, made where there is none.
func (f *File) paper(e *event, section, id string) (p *Paper, made bool) {
	key := section + " " + id
	p, known := f.byID[key]
	if !known {
		p = &Paper{ID: id, Section: section, At: e.At, volume: e.volume, Parts: []Part{}}
		f.byID[key], f.papers = p, append(f.papers, p)
	}
	p.Events = append(p.Events, Ref{e.thread, e.Seq})
	return p, !known
}

func (f *File) name(id string) string {
	if name, ok := f.names[id]; ok {
		return name
	}
	return id
}

// ordered gives the papers of a volume in their order: by section, then by party for evidence, then by time.
func (f *File) ordered(volume string) []*Paper {
	place := map[string]int{}
	for i, p := range f.cover.Participants {
		place[p.ID] = i
	}
	var list []*Paper
	for _, p := range f.papers {
		if p.volume == volume {
			list = append(list, p)
		}
	}
	slices.SortStableFunc(list, func(a, b *Paper) int {
		byParty := 0
		if a.Section == Evidence && b.Section == Evidence {
			byParty = cmp.Compare(place[a.Party], place[b.Party])
		}
		return cmp.Or(cmp.Compare(slices.Index(sections, a.Section), slices.Index(sections, b.Section)), byParty, cmp.Compare(a.At, b.At), cmp.Compare(f.order(a), f.order(b)), cmp.Compare(a.ID, b.ID))
	})
	return list
}

// order is an exhibit's number among its party's.
func (f *File) order(p *Paper) int64 {
	if n := f.notes[p.ID]; n != nil && p.Section == Evidence {
		return n.number
	}
	return 0
}
