package archive

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"slices"
	"strings"

	"golang.org/x/mod/sumdb/note"

	"microcourt/store/court"
	"microcourt/store/seal"
)

// Trust is what comes from outside of the archive. Without any of it an archive only agrees with itself.
type Trust struct {
	// Keys are public keys of the court; a head that one of them has signed is believed.
	Keys []note.Verifier
	// Published is a checkpoint as it was published, with or without its signatures; it is believed as it stands.
	Published string
	// Digest is the SHA-256 of a published checkpoint's text, as it stands on paper; the zero hash for none.
	Digest seal.Hash
}

// head reports whether the trust is in one published head.
func (t Trust) head() bool { return t.Published != "" || t.Digest != (seal.Hash{}) }

// is reports whether a checkpoint's text is that of the published head.
func (t Trust) is(text string) bool {
	return (t.Published == "" || text == NoteText(t.Published)) && (t.Digest == (seal.Hash{}) || seal.TextHash(text) == t.Digest)
}

// Verify holds an archive against what comes from outside. What is wrong with the archive stands in the report; the error is for
// what kept it from being read.
func Verify(ctx context.Context, src *Source, trust Trust) (*Report, error) {
	v := &verifier{ctx: ctx, src: src, trust: trust, report: &Report{}, sums: map[string]string{}, known: map[string]bool{}, covers: map[seal.Hash]Cover{},
		attached: map[string]bool{}}
	v.all()
	return v.report, ctx.Err()
}

type verifier struct {
	ctx    context.Context
	src    *Source
	trust  Trust
	report *Report

	manifest Manifest
	sums     map[string]string // SHA-256 in hex of each file that is there
	known    map[string]bool   // files that belong to the archive
	cover    Cover             // as the case's tables have it
	covers   map[seal.Hash]Cover
	chain    chain
	attached map[string]bool
	index    *Index
}

func (v *verifier) find(f Finding) { v.report.find(f) }

func (v *verifier) all() {
	if !v.readManifest() {
		return
	}
	v.hashFiles()
	v.readCovers()
	v.readSeals()
	v.hold()
	v.nameWhose()
	indexSum := sha256.New()
	v.index = NewIndex(indexSum, v.cover)
	changes := v.verifyThreads()
	v.index.Close()
	v.verifyCover(changes)
	if v.know(IndexName) && v.sums[IndexName] != hex.EncodeToString(indexSum.Sum(nil)) {
		v.find(Finding{Code: IndexChanged, Name: IndexName})
	}
	v.readWitnesses()
	for _, name := range v.src.names {
		if strings.HasPrefix(name, BesideFolder) {
			v.report.Beside = true
		} else if !v.known[name] && name != ManifestName {
			v.find(Finding{Code: FileUnlisted, Name: name})
		}
	}
}

// nameWhose says for people whose archive this is, for that decides which threads must be in it, and sees that it can be theirs.
func (v *verifier) nameWhose() {
	view := v.manifest.View
	v.report.Docket, v.report.Whose = v.cover.DocketNumber, view.Participant
	if view.Participant == "" && view.Court {
		return
	}
	covers := []Cover{v.cover}
	if held := v.chain.held; held != nil {
		covers = append(covers, v.covers[held.seal.Cover])
	}
	theirs := false
	for _, c := range covers {
		for _, p := range c.Participants {
			if p.ID == view.Participant {
				v.report.Whose = strings.TrimSpace(p.Standing + " " + p.Name)
				theirs = theirs || p.Role == view.Role && p.Role.OfCourt() == view.Court
			}
		}
	}
	if !theirs {
		v.find(Finding{Code: Unreadable, Name: ManifestName, Detail: noView})
	}
}

// readManifest reports whether there is a manifest with which it makes sense to go on.
func (v *verifier) readManifest() bool {
	text, err := v.src.read(ManifestName, maxManifest)
	if err == nil {
		err = parse([]byte(strings.TrimSuffix(string(text), "\n")), &v.manifest)
	}
	if err != nil || v.manifest.Format != Format || !court.ValidID(v.manifest.CaseID) {
		v.find(Finding{Code: Unreadable, Name: ManifestName})
		return false
	}
	v.report.CaseID, v.report.View = v.manifest.CaseID, v.manifest.View
	return true
}

// hashFiles reads every file once.
func (v *verifier) hashFiles() {
	listed := map[string]ManifestFile{}
	for _, f := range v.manifest.Files {
		listed[f.Name] = f
	}
	for _, name := range v.src.names {
		if v.ctx.Err() != nil {
			return
		}
		f, ok := listed[name]
		delete(listed, name)
		sum, size, err := v.hashFile(name)
		if err == nil {
			v.sums[name] = sum
		}
		if name != ManifestName && (err != nil || ok && (f.SHA256 != sum || f.Size != size)) {
			v.find(Finding{Code: FileDamaged, Name: name})
		}
		if !ok && name != ManifestName {
			v.find(Finding{Code: FileUnlisted, Name: name})
			v.known[name] = true // told already
		}
	}
	for _, f := range v.manifest.Files {
		if _, left := listed[f.Name]; left {
			v.find(Finding{Code: FileAbsent, Name: f.Name})
		}
	}
}

func (v *verifier) hashFile(name string) (sum string, size int64, err error) {
	r, err := v.src.open(name)
	if err != nil {
		return "", 0, err
	}
	defer r.Close()
	h := sha256.New()
	size, err = io.Copy(h, contextReader{v.ctx, r})
	return hex.EncodeToString(h.Sum(nil)), size, err
}

// contextReader ends when its context does.
type contextReader struct {
	ctx context.Context
	r   io.Reader
}

func (c contextReader) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.r.Read(p)
}

// know notes that a file belongs to the archive and reports whether it is there.
func (v *verifier) know(name string) bool {
	v.known[name] = true
	_, ok := v.sums[name]
	if !ok && !slices.ContainsFunc(v.report.Findings, func(f Finding) bool { return f.Name == name }) {
		v.find(Finding{Code: FileAbsent, Name: name})
	}
	return ok
}

func (v *verifier) readCovers() {
	if v.know(CoverName) {
		text, err := v.src.read(CoverName, maxLine)
		if err != nil || parse([]byte(strings.TrimSuffix(string(text), "\n")), &v.cover) != nil {
			v.find(Finding{Code: Unreadable, Name: CoverName})
		}
	}
	if !v.know(CoversName) {
		return
	}
	err := v.src.lines(CoversName, func(line []byte) error {
		var c Cover
		if err := parse(line, &c); err != nil {
			return err
		}
		v.covers[c.Hash()] = c
		return nil
	})
	if err != nil {
		v.find(Finding{Code: Unreadable, Name: CoversName})
	}
}

// verifyCover compares what the case's tables say now with what was sealed. A change after the seal is explained by its event in
// the room.
func (v *verifier) verifyCover(explained bool) {
	held := v.chain.held
	if held == nil {
		return
	}
	sealed, ok := v.covers[held.seal.Cover]
	if !ok {
		v.find(Finding{Code: CoverChanged, Seal: held.seal.Number, Detail: tableOfCovers})
		return
	}
	names := v.cover.differences(sealed)
	switch {
	case len(names) == 0:
	case explained:
		v.report.Changes = true
	default:
		v.find(Finding{Code: CoverChanged, Columns: names})
	}
}

// readWitnesses knows the files that outside witnesses answered with; each says of itself what it proves.
func (v *verifier) readWitnesses() {
	for _, name := range v.src.names {
		if strings.HasPrefix(name, witnessFolder) {
			v.known[name] = true
		}
	}
}
