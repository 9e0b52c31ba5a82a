package archive

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash/crc32"
	"io"
	mathrand "math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"microcourt/store/court"
	"microcourt/store/seal"
)

// made is an archive that was made by hand, after the standard, with what it is held against.
type made struct {
	files map[string][]byte
	zip   []byte
	trust Trust
	head  string
}

// The key that signs in these tests, always the same, so that fuzzing finds its archives again.
const (
	testKey    = "PRIVATE+KEY+microcourt-test+d7dbbf48+AZOghteO1zHTms+cDMd/YtMVOAgwAJvz3EDkJWQcqC2i"
	testPublic = "microcourt-test+d7dbbf48+AY+ityAiezmr8KuFf16KmwUR5TosTrBPs8dTnq4lw+Jo"
)

// makeArchive writes the archive of a party: a room with files, a recall and an event after the seal, and its private threads.
func makeArchive(t testing.TB) *made {
	t.Helper()
	signer, err := note.NewSigner(testKey)
	if err != nil {
		t.Fatal(err)
	}
	verifier, err := note.NewVerifier(testPublic)
	if err != nil {
		t.Fatal(err)
	}
	const caseID = "case-1"
	view := View{Participant: "p1", Role: court.RoleParty}
	cover := Cover{DocketNumber: "（2026）浙0212民初1号", Title: "甲与乙合同纠纷", Participants: []Participant{
		{ID: "p1", Role: court.RoleParty, Standing: "原告", Name: "甲", For: []string{}}, {ID: "p2", Role: court.RoleParty, Standing: "被告", Name: "乙", For: []string{}}}}
	paper := []byte("%PDF-1.4 the paper")
	sum := sha256.Sum256(paper)
	var heads []seal.Head
	lines := map[string][]Line{}
	for _, thread := range cover.Threads() {
		var f seal.Frontier
		for seq := int64(1); seq <= 5 && (thread == "room" || thread == "pair/p1/p2"); seq++ {
			e := &seal.Event{CaseID: caseID, Thread: thread, Seq: seq, ID: fmt.Sprintf("e%d", seq), At: 1_770_000_000_000 + seq, By: "p2", Kind: "text",
				Body: fmt.Sprintf(`{"text":"<b>words</b> %d"}`, seq), ByPerson: "person", Salt: fmt.Appendf(nil, "%s %d salt", thread, seq), Digest: []byte{1}}
			withdrawn := ""
			switch seq {
			case 2:
				e.Kind, e.Body, e.Files = "file", `{"attachment":"a1"}`, []seal.File{{ID: "a1" + strings.ReplaceAll(thread, "/", "-"), Name: "paper.pdf", Size: int64(len(paper)), SHA256: hex.EncodeToString(sum[:])}}
			case 3:
				withdrawn = "recall"
			case 4:
				e.Kind, e.Body = "recall", `{"seq":3}`
			}
			l := LineOf(e, withdrawn, false)
			if seq < 5 {
				f.Append(e.Leaf())
				var marks [seal.Groups][]byte
				for g := range seal.Group(seal.Groups) {
					marks[g] = e.Marks(g, seal.GroupSalt(e.Salt, g))
				}
				l.Note(e.Leaf(), marks)
			}
			lines[thread] = append(lines[thread], l)
		}
		heads = append(heads, seal.Head{Thread: thread, Size: f.Size, Root: f.Root()})
	}
	m := &made{trust: Trust{Keys: []note.Verifier{verifier}}}
	var seals []SealLine
	var before, headBefore seal.Hash
	for n := int64(1); n <= 3; n++ {
		tree := seal.NewCaseTree(fmt.Appendf(nil, "seed %d", n), heads)
		s := seal.CaseSeal{Origin: "microcourt-test", CaseID: caseID, Number: n, Checkpoint: n, At: 1_770_000_000_000 + n, Cover: cover.Hash(), Leaves: tree.Size(), Root: tree.Root(), Previous: before}
		before = seal.TextHash(s.Text())
		blind := seal.TextHash(fmt.Sprint("blind", n))
		leaves := make([]seal.Hash, seal.MinCheckpointLeaves)
		leaves[7] = seal.CaseLeaf(blind, before)
		path := seal.PathOf(leaves, 7)
		root, _ := seal.RootOfPath(leaves[7], 7, path)
		c := seal.Checkpoint{Origin: "microcourt-test", Number: n, At: s.At, Leaves: len(leaves), Root: root, Previous: headBefore}
		headBefore = seal.TextHash(c.Text())
		signed, err := note.Sign(&note.Note{Text: c.Text()}, signer)
		if err != nil {
			t.Fatal(err)
		}
		l := SealLine{Text: s.Text()}
		if n != 2 {
			l.Open = NewOpening(string(signed), blind, 7, path)
			for _, h := range heads {
				if place, path, ok := tree.Open(h.Thread); ok && view.Shows(h.Thread) {
					l.Open.AddHead(h, tree.Blind(h.Thread), place, path)
				}
			}
		}
		m.head = string(signed)
		seals = append(seals, l)
	}
	var buf, page bytes.Buffer
	w := NewZip(&buf)
	index := NewIndex(&page, cover)
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	check(w.Text(CoverName, append(Canonical(cover), '\n')))
	check(w.Text(CoversName, append(Canonical(cover), '\n')))
	for _, thread := range []string{"pair/p1/p2", "room"} {
		index.Thread(thread, view)
		check(w.Thread(thread, func(line func(Line) error) error {
			for _, l := range lines[thread] {
				index.Line(l)
				check(line(l))
			}
			return nil
		}))
		index.EndThread()
		check(w.Text(FileName("a1"+strings.ReplaceAll(thread, "/", "-")), paper))
	}
	check(Lines(w, SealsName, func(line func(SealLine) error) error {
		for _, l := range seals {
			check(line(l))
		}
		return nil
	}))
	check(w.Text(CheckpointName, []byte(m.head)))
	check(w.Text(KeyName, []byte(testPublic+"\n")))
	check(index.Close())
	check(w.Text(IndexName, page.Bytes()))
	check(w.Close(Manifest{CaseID: caseID, View: view}))
	m.zip = buf.Bytes()
	m.files = unzip(t, m.zip)
	return m
}

func unzip(t testing.TB, text []byte) map[string][]byte {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(text), int64(len(text)))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if files[f.Name], err = io.ReadAll(r); err != nil {
			t.Fatal(err)
		}
	}
	return files
}

// repack writes files as an archive whose manifest fits them.
func repack(files map[string][]byte) []byte {
	var buf bytes.Buffer
	w := NewZip(&buf)
	var m Manifest
	if parse(bytes.TrimSuffix(files[ManifestName], []byte("\n")), &m) != nil {
		return nil
	}
	var names []string
	for name := range files {
		if name != ManifestName {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		w.Text(name, files[name])
	}
	w.Close(m)
	return buf.Bytes()
}

func verify(t testing.TB, text []byte, trust Trust) *Report {
	t.Helper()
	src, err := OpenZip(bytes.NewReader(text), int64(len(text)))
	if err != nil {
		return &Report{Findings: []Finding{{Code: Unreadable, Detail: err.Error()}}}
	}
	r, err := Verify(context.Background(), src, trust)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// informal are files that prove nothing: what is believed comes from outside.
var informal = map[string]bool{KeyName: true, CheckpointName: true}

// TestP7AnArchiveMadeByTheStandardVerifiesAndAnyBitOfItThatChangesIsSeen also where the manifest is made to fit.
func TestP7AnArchiveMadeByTheStandardVerifiesAndAnyBitOfItThatChangesIsSeen(t *testing.T) {
	m := makeArchive(t)
	for name, trust := range map[string]Trust{"key": m.trust, "head": {Published: m.head}, "head without signature": {Published: NoteText(m.head)},
		"digest": {Digest: seal.TextHash(NoteText(m.head))}, "head typed from paper": {Published: Published("  " + strings.ReplaceAll(NoteText(m.head), "\n", " \r\n"))}} {
		if r := verify(t, m.zip, trust); !r.OK() || r.Seal != 3 || r.Events != 8 || r.Later != 2 || r.Files != 2 {
			t.Fatalf("%s: %s", name, r.Text("en"))
		}
	}
	other := seal.TextHash("another head")
	if r := verify(t, m.zip, Trust{Digest: other}); r.OK() || r.Findings[0].Code != HeadUnknown {
		t.Errorf("another digest: %s", r.Text("en"))
	}
	if r := verify(t, m.zip, Trust{Published: m.head, Digest: other}); r.OK() {
		t.Error("a head and the digest of another are both believed")
	}
	random := mathrand.New(mathrand.NewPCG(1, uint64(time.Now().UnixNano())))
	for name, content := range m.files {
		if informal[name] || name == ManifestName {
			continue
		}
		for range 150 {
			at, bit := random.IntN(len(content)), byte(1)<<random.IntN(8)
			changed := bytes.Clone(content)
			changed[at] ^= bit
			files := map[string][]byte{}
			for n, c := range m.files {
				files[n] = c
			}
			files[name] = changed
			if r := verify(t, repack(files), m.trust); r.OK() && !unsealedLine(name, content, at) {
				t.Fatalf("bit %x of byte %d of %s (%q) changed and nothing is found", bit, at, name, content[max(0, at-30):min(len(content), at+10)])
			}
		}
		files := map[string][]byte{}
		for n, c := range m.files {
			if n != name {
				files[n] = c
			}
		}
		if r := verify(t, repack(files), m.trust); r.OK() {
			t.Errorf("without %s it verifies", name)
		}
		files[name], files["threads/pair.p3.p4.jsonl"] = content, []byte("{}\n")
		if r := verify(t, repack(files), m.trust); r.OK() {
			t.Error("with a thread too many it verifies")
		}
	}
}

// unsealedLine reports whether a byte belongs to the last line of a thread, which came after the seal, or to marks, which prove
// nothing.
func unsealedLine(name string, content []byte, at int) bool {
	if !strings.HasPrefix(name, threadFolder) {
		return false
	}
	line := bytes.LastIndexByte(content[:at], '\n') + 1
	marks := bytes.Index(content[line:], []byte(`"marks"`))
	return !bytes.Contains(content[line:], []byte("}\n{")) || marks >= 0 && at > line+marks
}

// rawEntry is a file of a zip archive that says what an attacker wants.
type rawEntry struct {
	header  zip.FileHeader
	content []byte
}

func rawZip(t *testing.T, entries ...rawEntry) []byte {
	t.Helper()
	var buf bytes.Buffer
	w := zip.NewWriter(&buf)
	for _, e := range entries {
		f, err := w.CreateRaw(&e.header)
		if err != nil {
			t.Fatal(err)
		}
		f.Write(e.content)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

// TestAnArchiveThatMeansHarmIsRefused: names that lead outside, bombs, files twice.
func TestAnArchiveThatMeansHarmIsRefused(t *testing.T) {
	entry := func(name string, method uint16, claimed uint64) rawEntry {
		content := []byte("content")
		return rawEntry{zip.FileHeader{Name: name, Method: method, CRC32: crc32.ChecksumIEEE(content), CompressedSize64: uint64(len(content)), UncompressedSize64: claimed}, content}
	}
	for name, text := range map[string][]byte{
		"up":         rawZip(t, entry("../evil", zip.Store, 7)),
		"absolute":   rawZip(t, entry("/etc/evil", zip.Store, 7)),
		"inner up":   rawZip(t, entry("files/../../evil", zip.Store, 7)),
		"backslash":  rawZip(t, entry(`..\evil`, zip.Store, 7)),
		"folder":     rawZip(t, entry("files/", zip.Store, 7)),
		"twice":      rawZip(t, entry(ManifestName, zip.Store, 7), entry(ManifestName, zip.Store, 7)),
		"compressed": rawZip(t, entry(ManifestName, zip.Deflate, 7)),
		"bomb":       rawZip(t, entry(ManifestName, zip.Store, 1<<40)),
		"no zip":     []byte("PK\x03\x04 nothing"),
		"empty":      nil,
	} {
		src, err := OpenZip(bytes.NewReader(text), int64(len(text)))
		if err != nil {
			continue
		}
		if r, err := Verify(t.Context(), src, Trust{}); err == nil && r.OK() {
			t.Errorf("%s verifies", name)
		} else if name == "up" || name == "absolute" || name == "bomb" || name == "compressed" || name == "twice" {
			t.Errorf("%s is opened", name)
		}
	}
	long := map[string][]byte{ManifestName: []byte(`{"format":"` + Format + `","case":"c","view":{"court":true},"files":null}` + "\n"),
		SealsName: bytes.Repeat([]byte("x"), maxLine+100), CoversName: []byte("{}"), threadName("room"): []byte("\n\n\n")}
	if r := verify(t, repack(long), Trust{}); r.OK() || !slices.ContainsFunc(r.Findings, func(f Finding) bool { return f.Code == Unreadable && f.Name == SealsName }) {
		t.Errorf("a line without end: %s", r.Text("en"))
	}
	dir := t.TempDir()
	secret := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(secret, []byte("secret"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(secret, filepath.Join(dir, ManifestName)); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(dir); err == nil {
		t.Error("a folder with a link in it is read")
	}
}

// TestAForgerCannotHideEventsAsNotOnesOwnToRead in a thread that the archive's reader reads whole.
func TestAForgerCannotHideEventsAsNotOnesOwnToRead(t *testing.T) {
	m := makeArchive(t)
	lines := strings.SplitAfter(string(m.files[threadName("room")]), "\n")
	var l Line
	if err := parse([]byte(strings.TrimSuffix(lines[0], "\n")), &l); err != nil {
		t.Fatal(err)
	}
	lines[0] = string(Canonical(Line{Seq: 1, State: Earlier, Now: l.Leaf, Leaf: l.Leaf})) + "\n"
	m.files[threadName("room")] = []byte(strings.Join(lines, ""))
	r := verify(t, repack(m.files), m.trust)
	if !slices.ContainsFunc(r.Findings, func(f Finding) bool { return f.Code == EventMissing && f.Seq == 1 }) {
		t.Error(r.Text("en"))
	}
}

func TestEveryFindingSpeaksBothLanguages(t *testing.T) {
	for en, zh := range details {
		if f := (Finding{Code: SealForged, Detail: en}); zh == "" || !strings.Contains(f.Text("en"), en) || !strings.Contains(f.Text("zh"), zh) || strings.Contains(f.Text("zh"), en) {
			t.Errorf("%q in Chinese: %q", en, f.Text("zh"))
		}
	}
	for code, text := range sentences {
		f := Finding{Code: code, Thread: "room", Seq: 2, Last: 4, Columns: []string{"body"}, Seal: 3, Name: "files/a", Detail: "why"}
		for _, lang := range []string{"zh", "en"} {
			if s := f.Text(lang); text[0] == "" || text[1] == "" || !strings.Contains(s, "room") || !strings.Contains(s, "body") || !strings.Contains(s, "files/a") {
				t.Errorf("%s in %s: %q", code, lang, s)
			}
		}
	}
}

// FuzzVerify: whatever is handed in as an archive is answered; nothing but the archive itself verifies.
func FuzzVerify(f *testing.F) {
	m := makeArchive(f)
	f.Add(m.zip)
	f.Add(repack(map[string][]byte{ManifestName: m.files[ManifestName]}))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, text []byte) {
		if len(text) > 1<<20 {
			return
		}
		if r := verify(t, text, m.trust); r.OK() {
			for name, content := range unzip(t, text) {
				if !informal[name] && name != ManifestName && !strings.HasPrefix(name, witnessFolder) && !strings.HasPrefix(name, threadFolder) && !bytes.Equal(content, m.files[name]) {
					t.Fatalf("%s is another, and it verifies", name)
				}
			}
		}
	})
}

// FuzzParts reaches behind the checksums of the zip file: one file of a good archive is replaced, and the manifest made to fit.
func FuzzParts(f *testing.F) {
	m := makeArchive(f)
	var names []string
	for name := range m.files {
		names = append(names, name)
	}
	slices.Sort(names)
	for i, name := range names {
		f.Add(i, m.files[name])
	}
	f.Fuzz(func(t *testing.T, i int, content []byte) {
		if i < 0 || i >= len(names) || len(content) > 1<<20 {
			return
		}
		files := map[string][]byte{}
		for n, c := range m.files {
			files[n] = c
		}
		name := names[i]
		files[name] = content
		r := verify(t, repack(files), m.trust)
		if r.OK() && !informal[name] && name != ManifestName && !strings.HasPrefix(name, threadFolder) && !bytes.Equal(content, m.files[name]) {
			t.Fatalf("%s is another, and it verifies", name)
		}
		r.Text("zh")
		Published(string(content))
	})
}
