package archive

import (
	"microcourt/store/seal"
)

// LineOf writes an event as the archive's reader may see it.
func LineOf(e *seal.Event, withdrawn string, forCourt bool) Line {
	l := Line{Seq: e.Seq, ID: e.ID, At: e.At, By: e.By, Kind: e.Kind, Withdrawn: withdrawn}
	if forCourt || withdrawn == "" {
		l.Body = e.Body
		for _, f := range e.Files {
			l.Files = append(l.Files, FileLine{f.ID, f.Kind, f.Name, f.Type, f.Size, f.SHA256, f.ThumbSHA256, f.Width, f.Height})
		}
	}
	if forCourt {
		l.Salt = e.Salt
		l.Court = &CourtLine{ByPerson: e.ByPerson, SessionID: e.SessionID, Words: e.Words, Digest: e.Digest}
		for _, f := range e.Files {
			l.Court.Files = append(l.Court.Files, CourtFile{f.PersonID, f.UploadID, f.CreatedAt, f.FinishedAt})
		}
		return l
	}
	l.OpenSalt = seal.GroupSalt(e.Salt, seal.Open)
	if withdrawn == "" {
		l.ContentSalt = seal.GroupSalt(e.Salt, seal.Content)
	} else {
		h := e.GroupHash(seal.Content, seal.GroupSalt(e.Salt, seal.Content))
		l.ContentHash = h[:]
	}
	h := e.GroupHash(seal.Court, seal.GroupSalt(e.Salt, seal.Court))
	l.CourtHash = h[:]
	return l
}

// Note adds what was noted when the event was sealed; of marks only those that the reader can use.
func (l *Line) Note(leaf seal.Hash, marks [seal.Groups][]byte) {
	l.Leaf = leaf[:]
	if l.State != "" {
		return
	}
	l.Marks = [][]byte{marks[seal.Open], {}, {}}
	if l.ContentHash == nil {
		l.Marks[seal.Content] = marks[seal.Content]
	}
	if l.CourtHash == nil {
		l.Marks[seal.Court] = marks[seal.Court]
	}
}

// event gives back the event as far as the line shows it.
func (l *Line) event(caseID, thread string) *seal.Event {
	e := &seal.Event{CaseID: caseID, Thread: thread, Seq: l.Seq, ID: l.ID, At: l.At, By: l.By, Kind: l.Kind, Body: l.Body, Salt: l.Salt}
	for _, f := range l.Files {
		e.Files = append(e.Files, seal.File{ID: f.ID, Kind: f.Kind, Name: f.Name, Type: f.Type, Size: f.Size, SHA256: f.SHA256,
			ThumbSHA256: f.ThumbSHA256, Width: f.Width, Height: f.Height})
	}
	if l.Court != nil {
		e.ByPerson, e.SessionID, e.Words, e.Digest = l.Court.ByPerson, l.Court.SessionID, l.Court.Words, l.Court.Digest
		for i, f := range l.Court.Files {
			if i < len(e.Files) {
				e.Files[i].PersonID, e.Files[i].UploadID, e.Files[i].CreatedAt, e.Files[i].FinishedAt = f.PersonID, f.UploadID, f.CreatedAt, f.FinishedAt
			}
		}
	}
	return e
}

// salt gives a group's salt, nil where the group is withheld.
func (l *Line) salt(g seal.Group) []byte {
	switch {
	case g == seal.Content && l.ContentHash != nil, g == seal.Court && l.CourtHash != nil:
		return nil
	case l.Salt != nil:
		return seal.GroupSalt(l.Salt, g)
	case g == seal.Open:
		return l.OpenSalt
	case g == seal.Content:
		return l.ContentSalt
	}
	return nil
}

// leaf computes the leaf of what the line says; false for a line that lacks something.
func (l *Line) leaf(caseID, thread string) (seal.Hash, bool) {
	if l.State != "" {
		return hashFrom(l.Now), l.State == Earlier && len(l.Now) == len(seal.Hash{})
	}
	e := l.event(caseID, thread)
	if l.Court != nil && len(l.Court.Files) != len(l.Files) {
		return seal.Hash{}, false
	}
	var groups [seal.Groups]seal.Hash
	for g := range seal.Group(seal.Groups) {
		withheld := [seal.Groups][]byte{seal.Content: l.ContentHash, seal.Court: l.CourtHash}[g]
		if salt := l.salt(g); salt != nil {
			groups[g] = e.GroupHash(g, salt)
		} else if groups[g] = hashFrom(withheld); len(withheld) != len(seal.Hash{}) {
			return seal.Hash{}, false
		}
	}
	return seal.LeafOf(groups), true
}

// WholeRow stands for a column where every mark differs: the salt was changed, or the row is another.
const WholeRow = "salt, or the whole row"

// changed names the columns that don't fit what was noted when the event was sealed; none where that can't be told.
func (l *Line) changed(caseID, thread string) (names []string) {
	if len(l.Marks) != seal.Groups || l.State != "" {
		return nil
	}
	e, all := l.event(caseID, thread), true
	for g := range seal.Group(seal.Groups) {
		salt := l.salt(g)
		if salt == nil {
			continue
		}
		differ, _ := e.Differing(g, salt, l.Marks[g])
		all = all && len(differ)*seal.MarkSize == len(l.Marks[g])
		names = append(names, differ...)
	}
	if all && len(names) > 1 {
		return []string{WholeRow}
	}
	return names
}
