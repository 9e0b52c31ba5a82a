package archive

import (
	"encoding/base64"
	"encoding/hex"
	"errors"
	"strings"

	"golang.org/x/mod/sumdb/note"

	"microcourt/store/seal"
)

// chain is the case's seals as the archive has them.
type chain struct {
	seals []*sealed
	held  *sealed // the seal by which the archive is proven; nil: nothing is
}

// sealed is one seal of the chain.
type sealed struct {
	seal    seal.CaseSeal
	hash    seal.Hash
	linked  bool // the next seal names it
	opened  bool
	trusted bool // stands in a head that is believed, or is named by a seal that does
	heads   map[string]headAt
	at      seal.Checkpoint
}

// headAt is an opened head of a thread.
type headAt struct {
	size int64
	root seal.Hash
}

// maxHeads bounds how many opened heads are kept in memory.
const maxHeads = 4 << 20

func (v *verifier) readSeals() {
	v.know(SealsName)
	v.know(CheckpointName)
	v.know(KeyName)
	opened := 0
	err := v.src.lines(SealsName, func(line []byte) error {
		var l SealLine
		if err := parse(line, &l); err != nil {
			return err
		}
		s, err := seal.ParseCaseSeal(l.Text)
		if err != nil {
			return err
		}
		e := &sealed{seal: s, hash: seal.TextHash(l.Text)}
		v.link(e)
		if l.Open != nil {
			if opened += len(l.Open.Heads); opened > maxHeads {
				return errForm
			}
			v.open(e, l.Open)
		}
		v.chain.seals = append(v.chain.seals, e)
		return nil
	})
	if err != nil {
		v.find(Finding{Code: Unreadable, Name: SealsName})
	}
}

// link sees that a seal follows the one before.
func (v *verifier) link(e *sealed) {
	var before seal.CaseSeal
	var hash seal.Hash
	n := len(v.chain.seals)
	if n > 0 {
		before, hash = v.chain.seals[n-1].seal, v.chain.seals[n-1].hash
	}
	s := e.seal
	ok := s.CaseID == v.manifest.CaseID && s.Number == before.Number+1 && s.Previous == hash && s.At >= before.At &&
		(n == 0 || s.Checkpoint > before.Checkpoint && s.Origin == before.Origin)
	if !ok {
		v.find(Finding{Code: SealForged, Seal: s.Number})
	} else if n > 0 {
		v.chain.seals[n-1].linked = true
	}
	if _, known := v.covers[s.Cover]; !known {
		v.find(Finding{Code: CoverChanged, Seal: s.Number, Detail: tableOfCovers})
	}
}

// open sees what a seal holds and whether it stands in a head that is believed.
func (v *verifier) open(e *sealed, o *Opening) {
	e.opened, e.heads = true, map[string]headAt{}
	for _, h := range o.Heads {
		if _, twice := e.heads[h.Thread]; twice || !headIn(e.seal, h) || !v.manifest.View.Shows(h.Thread) {
			v.find(Finding{Code: HeadForged, Seal: e.seal.Number, Thread: h.Thread})
			continue
		}
		e.heads[h.Thread] = headAt{h.Size, seal.Hash(h.Root)}
	}
	text := NoteText(o.Checkpoint)
	c, err := seal.ParseCheckpoint(text)
	if err != nil {
		v.find(Finding{Code: SealForged, Seal: e.seal.Number, Detail: inCheckpoint})
		return
	}
	e.at = c
	path, ok := splitHashes(o.Path)
	root, in := seal.RootOfPath(seal.CaseLeaf(hashFrom(o.Blind), e.hash), int64(o.Place), path)
	believed := v.believes(o.Checkpoint, text)
	if !ok || !in || len(o.Blind) != len(seal.Hash{}) || root != c.Root || 1<<len(path) != c.Leaves || c.Number != e.seal.Checkpoint || c.Origin != e.seal.Origin {
		v.find(Finding{Code: SealForged, Seal: e.seal.Number, Detail: inCheckpoint})
		return
	}
	if e.trusted = believed; !believed && !v.trust.head() {
		v.find(Finding{Code: KeyUnknown, Seal: e.seal.Number})
	}
}

// headIn reports whether a head stands in a seal.
func headIn(s seal.CaseSeal, h HeadLine) bool {
	path, ok := splitHashes(h.Path)
	if !ok || len(h.Root) != len(seal.Hash{}) || len(h.Blind) != len(seal.Hash{}) || h.Size < 0 || 1<<len(path) != s.Leaves {
		return false
	}
	leaf := seal.Head{Thread: h.Thread, Size: h.Size, Root: seal.Hash(h.Root)}.Leaf(seal.Hash(h.Blind))
	root, in := seal.RootOfPath(leaf, int64(h.Place), path)
	return in && root == s.Root
}

// NoteText gives a note without its signatures.
func NoteText(signed string) string {
	if text, _, ok := strings.Cut(signed, "\n\n"); ok {
		return text + "\n"
	}
	return signed
}

// believes reports whether a checkpoint is the published one or signed by a known key.
func (v *verifier) believes(signed, text string) bool {
	if v.trust.head() {
		return v.trust.is(text)
	}
	if len(v.trust.Keys) > 0 {
		n, err := note.Open([]byte(signed), note.VerifierList(v.trust.Keys...))
		return err == nil && n.Text == text
	}
	return true // told as a finding
}

// hold finds the newest seal that is believed, and lets the seals before it be believed through it.
func (v *verifier) hold() {
	c := &v.chain
	for i := len(c.seals) - 1; i >= 0; i-- {
		e := c.seals[i]
		if c.held != nil && e.linked && c.seals[i+1].trusted {
			e.trusted = true
		}
		if c.held == nil && e.trusted && e.opened {
			c.held = e
		}
	}
	v.explain()
	if c.held == nil {
		return
	}
	r := v.report
	r.Checkpoint, r.Seal, r.Time = c.held.at.Number, c.held.seal.Number, c.held.seal.At
}

// explain says why nothing is proven, or why it is only so much.
func (v *verifier) explain() {
	if !v.trust.head() && len(v.trust.Keys) == 0 {
		v.find(Finding{Code: Untrusted})
		return
	}
	if !v.trust.head() {
		switch {
		case len(v.chain.seals) == 0:
			v.find(Finding{Code: NothingSealed})
		case v.chain.held == nil && v.report.OK():
			v.find(Finding{Code: KeyUnknown})
		}
		return
	}
	if v.trust.Published != "" && len(v.trust.Keys) > 0 {
		if _, err := note.Open([]byte(v.trust.Published), note.VerifierList(v.trust.Keys...)); err != nil {
			v.find(Finding{Code: KeyUnknown, Detail: notSigned})
		}
	}
	if v.chain.held != nil {
		return
	}
	if len(v.chain.seals) == 0 {
		v.find(Finding{Code: NothingSealed})
		return
	}
	if v.trust.Published == "" {
		v.find(Finding{Code: HeadUnknown, Detail: noSuchDigest})
		return
	}
	published, err := seal.ParseCheckpoint(NoteText(v.trust.Published))
	if err != nil {
		v.find(Finding{Code: HeadUnknown, Detail: noHead})
		return
	}
	f := Finding{Code: HeadUnknown, Detail: notOpened}
	for i, e := range v.chain.seals {
		switch {
		case e.seal.Checkpoint == published.Number && e.opened:
			f = Finding{Code: SealForged, Seal: e.seal.Number, Detail: otherwise}
		case i == len(v.chain.seals)-1 && e.seal.Checkpoint < published.Number:
			f.Detail = newer
		case i == 0 && e.seal.Checkpoint > published.Number:
			f.Detail = older
		}
	}
	v.find(f)
}

// expected lists the threads that must stand in the archive, as the sealed covers say who is in the case.
func (v *verifier) expected() []string {
	has := map[string]bool{}
	var all []string
	add := func(c Cover) {
		for _, thread := range c.Threads() {
			if v.manifest.View.Shows(thread) && !has[thread] {
				has[thread] = true
				all = append(all, thread)
			}
		}
	}
	add(v.cover)
	for _, c := range v.covers {
		add(c)
	}
	return all
}

// Published reads a published head from a file: the signed note, the same in base64, or its text as somebody typed it from paper.
func Published(text string) string {
	if raw, err := base64.StdEncoding.DecodeString(strings.TrimSpace(text)); err == nil {
		text = string(raw)
	}
	lines := strings.Split(strings.TrimSpace(text), "\n")
	for i, line := range lines {
		lines[i] = strings.TrimSpace(line)
	}
	return strings.Join(lines, "\n") + "\n"
}

// ParseDigest reads the SHA-256 of a head's text in hex; spaces are for the eye.
func ParseDigest(text string) (seal.Hash, error) {
	raw, err := hex.DecodeString(strings.Join(strings.Fields(text), ""))
	if err != nil || len(raw) != len(seal.Hash{}) {
		return seal.Hash{}, errors.New("not a SHA-256 of 64 hex digits")
	}
	return seal.Hash(raw), nil
}
