package store_test

import (
	"bytes"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // to reach the database from outside

	"microcourt/store"
	"microcourt/store/court"
	"microcourt/store/seal/archive"
	"microcourt/store/storetest"
)

// recordTables are what an attacker with the database in hand can change of the sealed record.
var recordTables = []string{"event", "attachment", "blob", "thread", "court_case", "participant", "representation",
	"seal_tile", "seal_head", "seal_cover", "seal", "checkpoint", "checkpoint_tile", "lease"}

// attacker has full access to the database and to the folder of the files.
type attacker struct {
	*sealed
	db    *sql.DB
	saved map[string][][]any
}

// openRaw opens a record's database past the program, with one connection.
func openRaw(t testing.TB, cfg store.Config) *sql.DB {
	t.Helper()
	driver := "sqlite"
	if store.IsPostgreSQL(cfg.Database) {
		driver = "pgx"
	}
	db, err := sql.Open(driver, cfg.Database)
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	t.Cleanup(func() { db.Close() })
	return db
}

func attack(w *sealed) *attacker {
	a := &attacker{sealed: w, db: openRaw(w.t, w.cfg), saved: map[string][][]any{}}
	if store.IsPostgreSQL(w.cfg.Database) {
		a.exec("SET session_replication_role = replica") // no foreign key is in the way
		a.exec("SET synchronous_commit = off")
	} else {
		a.exec("PRAGMA busy_timeout = 10000")
		a.exec("PRAGMA synchronous = OFF")
	}
	for _, table := range recordTables {
		a.saved[table] = a.rows("SELECT * FROM " + table)
	}
	return a
}

func (a *attacker) exec(query string, args ...any) int64 {
	a.t.Helper()
	res, err := a.db.Exec(query, args...)
	if err != nil {
		a.t.Fatalf("%s: %v", query, err)
	}
	n, _ := res.RowsAffected()
	return n
}

func (a *attacker) rows(query string, args ...any) (all [][]any) {
	a.t.Helper()
	rows, err := a.db.Query(query, args...)
	if err != nil {
		a.t.Fatalf("%s: %v", query, err)
	}
	defer rows.Close()
	columns, _ := rows.Columns()
	for rows.Next() {
		row, into := make([]any, len(columns)), make([]any, len(columns))
		for i := range row {
			into[i] = &row[i]
		}
		if err := rows.Scan(into...); err != nil {
			a.t.Fatal(err)
		}
		all = append(all, row)
	}
	return all
}

func (a *attacker) columns(table string) []string {
	rows, err := a.db.Query("SELECT * FROM " + table + " LIMIT 0")
	if err != nil {
		a.t.Fatal(err)
	}
	defer rows.Close()
	names, _ := rows.Columns()
	return names
}

// restore puts everything back as it was.
func (a *attacker) restore(tables ...string) {
	for _, table := range tables {
		a.exec("DELETE FROM " + table)
		for _, row := range a.saved[table] {
			a.insert(table, row)
		}
	}
}

func (a *attacker) insert(table string, row []any) {
	marks := make([]string, len(row))
	for i := range row {
		marks[i] = fmt.Sprintf("$%d", i+1)
	}
	a.exec("INSERT INTO "+table+" VALUES ("+strings.Join(marks, ", ")+")", row...)
}

// other is a different value of the same type.
func other(v any) any {
	switch v := v.(type) {
	case int64:
		return v + 100_000 // far from every other number
	case string:
		return "x" + v
	case []byte:
		c := bytes.Clone(v)
		if len(c) == 0 {
			return []byte{1}
		}
		c[0] ^= 1 // at both ends: of a list of hashes, one may be the one that nobody needs
		c[len(c)-1] ^= 1
		return c
	}
	return int64(1) // a time that was not there
}

// verdict exports the court's archive and holds it against a published head. An export that fails is no archive.
func (a *attacker) verdict(published string) *archive.Report {
	a.t.Helper()
	var buf bytes.Buffer
	if err := a.files.WriteArchive(a.t.Context(), store.CourtArchive(a.Cases[0]), archive.NewZip(&buf)); err != nil {
		return &archive.Report{Findings: []archive.Finding{{Code: "no archive", Detail: err.Error()}}}
	}
	return verifyZip(a.t, buf.Bytes(), archive.Trust{Published: published})
}

func named(r *archive.Report, match func(f archive.Finding) bool) bool {
	return slices.ContainsFunc(r.Findings, match)
}

// untold are the columns that are no part of the sealed record, and why.
var untold = map[string]string{
	"attachment.transfer": "the place of an upload on its way", "attachment.refused": "of uploads that no event names",
	"blob.size": "of the store of files", "blob.created_at": "of the store of files", "blob.used_at": "of the store of files",
	"court_case.id": "the case is not found then", "court_case.created_at": "of the import", "court_case.updated_at": "of the import",
	"participant.ref": "of the import", "participant.person_id": "of the account", "participant.phone_enc": "personal data, which the court corrects",
	"participant.address_enc": "personal data, which the court corrects", "participant.id_type": "personal data, which the court corrects",
	"participant.id_number_enc": "personal data, which the court corrects", "participant.position": "the order of a list",
	"participant.speech_barred": "a read model; its events are in the room",
	"thread.case_id":            "a read model", "thread.name": "a read model", "thread.last_seq": "a read model", "thread.last_at": "a read model",
	"representation.case_id": "the case is not found then",
	"seal_tile.marks":        "only names columns, proves nothing", "checkpoint.at": "the note says it", "checkpoint_tile.level": "", "checkpoint_tile.number": "",
	"lease.name": "", "lease.holder": "", "lease.until": "",
}

// TestP7EveryColumnOfTheRecordThatIsChangedIsFoundAndNamed, one by one, in rows of every kind on SQLite and in fewer on PostgreSQL; in the long version in
// all of them.
func TestP7EveryColumnOfTheRecordThatIsChangedIsFoundAndNamed(t *testing.T) {
	for _, engine := range []store.Engine{store.SQLite, store.PostgreSQL} {
		t.Run(string(engine), func(t *testing.T) {
			t.Parallel() // one waits for its database while the other computes
			w := newSealed(t, engine)
			w.talk()
			w.seal()
			w.say("plaintiff", court.RoomThread, "more")
			published := w.seal()
			a := attack(w)
			if r := a.verdict(published); !r.OK() {
				t.Fatal(r.Text("en"))
			}
			checked := 0
			for _, table := range recordTables {
				for i, column := range a.columns(table) {
					name := table + "." + column
					if _, ok := untold[name]; ok {
						continue
					}
					for _, row := range a.mine(table) {
						undo := a.change(table, row, i)
						r := a.verdict(published)
						if why := a.unnamed(r, table, column, row); why != "" {
							t.Errorf("%s of %.100s was changed: %s\n%s", name, fmt.Sprint(row), why, r.Text("en"))
						}
						undo()
						checked++
					}
				}
			}
			if r := a.verdict(published); !r.OK() {
				t.Errorf("restored: %s", r.Text("en"))
			}
			t.Logf("%d changes", checked)
		})
	}
}

// mine gives the rows of a table that belong to the court's archive of the first case, at most a few of each kind.
func (a *attacker) mine(table string) [][]any {
	columns := a.columns(table)
	value := func(row []any, name string) string {
		if i := slices.Index(columns, name); i >= 0 {
			return fmt.Sprint(row[i])
		}
		return ""
	}
	var mine [][]any
	for _, row := range a.saved[table] {
		if id := value(row, "case_id"); id != "" && id != a.Cases[0] || table == "court_case" && value(row, "id") != a.Cases[0] {
			continue
		}
		if strings.HasPrefix(value(row, "thread"), "pair/") || table == "attachment" && value(row, "seq") == "0" {
			continue
		}
		if table == "checkpoint" && value(row, "number") == "1" || table == "checkpoint_tile" && value(row, "checkpoint") == "1" || table == "checkpoint_tile" && value(row, "level") == "1" {
			continue // the archive is held against the second
		}
		if table == "seal_tile" && value(row, "level") != "0" {
			continue
		}
		mine = append(mine, row)
	}
	if os.Getenv("MICROCOURT_SOAK") != "" || table == "participant" {
		return mine
	}
	few := 3
	if store.IsPostgreSQL(a.cfg.Database) {
		few = 1 // what its types are like shows in one row; what verifying finds in an archive knows no engine
	}
	if table == "event" { // of different kinds first, and otherwise as chance has it
		few += 4
		rand.Shuffle(len(mine), func(i, j int) { mine[i], mine[j] = mine[j], mine[i] })
		kinds := map[string]bool{}
		for i, row := range mine {
			if kind := value(row, "kind") + value(row, "withdrawn_by"); !kinds[kind] {
				mine[i], mine[len(kinds)] = mine[len(kinds)], mine[i]
				kinds[kind] = true
			}
		}
	}
	return mine[:min(few, len(mine))]
}

// change gives one column of one row another value, and gives what puts it back.
func (a *attacker) change(table string, row []any, column int) (undo func()) {
	changed := slices.Clone(row)
	changed[column] = other(row[column])
	a.set(table, row, column, changed[column])
	return func() { a.set(table, changed, column, row[column]) }
}

// set gives a column of the one row that is so a value.
func (a *attacker) set(table string, row []any, column int, value any) {
	a.t.Helper()
	columns := a.columns(table)
	var where []string
	args := []any{value}
	for i, v := range row {
		if v == nil {
			where = append(where, columns[i]+" IS NULL")
			continue
		}
		args = append(args, v)
		where = append(where, fmt.Sprintf("%s = $%d", columns[i], len(args)))
	}
	if n := a.exec("UPDATE "+table+" SET "+columns[column]+" = $1 WHERE "+strings.Join(where, " AND "), args...); n != 1 {
		a.t.Fatalf("%s: %d rows changed", table, n)
	}
}

// unnamed says what a report lacks that should name a change; "" for nothing.
func (a *attacker) unnamed(r *archive.Report, table, column string, row []any) string {
	columns := a.columns(table)
	get := func(name string) any { return row[slices.Index(columns, name)] }
	if r.OK() {
		return "it verifies"
	}
	switch table {
	case "event":
		seq, thread := get("seq").(int64), fmt.Sprint(get("thread"))
		ok := named(r, func(f archive.Finding) bool {
			if f.Thread != thread || f.Seq > seq || max(f.Seq, f.Last) < seq {
				return false
			}
			switch column {
			case "case_id", "thread", "seq":
				return f.Code == archive.EventMissing
			case "withdrawn_by":
				return f.Code == archive.WithdrawalForged
			}
			if column == "salt" {
				return f.Code == archive.EventChanged && slices.Equal(f.Columns, []string{archive.WholeRow})
			}
			return f.Code == archive.EventChanged && slices.Equal(f.Columns, []string{column})
		})
		if !ok {
			return "event or column is not named"
		}
	case "attachment":
		want := map[string]string{"case_id": "files", "thread": "files", "seq": "files"}[column]
		if want == "" {
			want = "file 0 " + column
		}
		if !named(r, func(f archive.Finding) bool {
			return f.Code == archive.EventChanged && f.Seq == get("seq").(int64) && f.Thread == get("thread") && slices.Contains(f.Columns, want)
		}) {
			return "the file's column is not named"
		}
	case "blob":
		if !named(r, func(f archive.Finding) bool {
			return f.Code == archive.AttachmentAbsent && strings.HasPrefix(f.Name, "files/")
		}) {
			return "the file is not named"
		}
	case "court_case", "participant", "representation":
		want := "court_case." + column
		if table == "participant" {
			want = column + " of participant " + fmt.Sprint(get("id"))
			if column == "id" || column == "case_id" {
				want = "participant " + fmt.Sprint(get("id"))
			}
		}
		if !named(r, func(f archive.Finding) bool {
			return f.Code == archive.CoverChanged && slices.ContainsFunc(f.Columns, func(c string) bool {
				return c == want || table == "representation" && strings.HasPrefix(c, "representation of ")
			})
		}) {
			return "the cover's column is not named"
		}
	default:
		if !named(r, func(f archive.Finding) bool {
			return f.Seal > 0 || f.Thread != "" || f.Code == archive.HeadUnknown || f.Code == archive.SealForged || f.Code == "no archive"
		}) {
			return "neither seal nor thread is named"
		}
	}
	return ""
}

// TestP7RowsThatAreRemovedSwappedOrForgedAreFoundAndNamed, also where the hashes that were kept of them go with them.
func TestP7RowsThatAreRemovedSwappedOrForgedAreFoundAndNamed(t *testing.T) {
	for _, engine := range []store.Engine{store.SQLite, store.PostgreSQL} {
		t.Run(string(engine), func(t *testing.T) {
			w := newSealed(t, engine)
			w.talk()
			w.seal()
			last := w.say("plaintiff", court.RoomThread, "the last word")
			published := w.seal()
			a := attack(w)
			c, bench := a.Cases[0], storetest.Bench(a.Cases[0], a.Seats["plaintiff"])
			room := func(f archive.Finding, code archive.Code, seq int64) bool {
				return f.Code == code && f.Thread == court.RoomThread && f.Seq <= seq && max(f.Seq, f.Last) >= seq
			}
			check := func(what string, want func(f archive.Finding) bool) {
				t.Helper()
				if r := a.verdict(published); r.OK() || !named(r, want) {
					t.Errorf("%s:\n%s", what, r.Text("en"))
				}
				a.restore(recordTables...)
			}
			for seq := int64(1); seq <= last; seq++ {
				a.exec("DELETE FROM event WHERE case_id = $1 AND thread = 'room' AND seq = $2", c, seq)
				check(fmt.Sprintf("event %d removed", seq), func(f archive.Finding) bool { return room(f, archive.EventMissing, seq) })
				a.exec("DELETE FROM event WHERE case_id = $1 AND thread = 'room' AND seq >= $2", c, seq)
				a.exec("UPDATE thread SET last_seq = $2 WHERE case_id = $1 AND name = 'room'", c, seq-1)
				check(fmt.Sprintf("cut at %d", seq), func(f archive.Finding) bool { return room(f, archive.EventMissing, last) })
			}
			swap := func(x, y int64) {
				for _, move := range [][2]int64{{x, 1000}, {y, x}, {1000, y}} {
					a.exec("UPDATE event SET seq = $3 WHERE case_id = $1 AND thread = 'room' AND seq = $2", c, move[0], move[1])
				}
			}
			swap(2, 3)
			check("two events swapped", func(f archive.Finding) bool { return room(f, archive.EventChanged, 2) })
			a.exec("DELETE FROM event WHERE case_id = $1 AND thread = 'room' AND seq = 2", c)
			a.exec("UPDATE event SET seq = 2 WHERE case_id = $1 AND thread = 'room' AND seq = 3", c)
			check("moved up", func(f archive.Finding) bool { return room(f, archive.EventMissing, 3) })
			a.forge(c, 3, "forged words")
			check("forged in the place of another", func(f archive.Finding) bool { return room(f, archive.EventChanged, 3) })
			a.forge(c, 0, "before everything")
			check("forged before the first", func(f archive.Finding) bool { return room(f, archive.EventUnexpected, 0) && f.Seq == 0 })
			a.exec("DELETE FROM event WHERE case_id = $1 AND thread = $2", c, bench)
			a.exec("DELETE FROM thread WHERE case_id = $1 AND name = $2", c, bench)
			check("a whole thread removed", func(f archive.Finding) bool { return f.Code == archive.EventMissing && f.Thread == bench && f.Seq == 1 })

			a.exec("DELETE FROM event WHERE case_id = $1 AND thread = $2", c, bench)
			a.exec("DELETE FROM seal_tile WHERE case_id = $1 AND thread = $2", c, bench)
			a.exec("DELETE FROM seal_head WHERE case_id = $1 AND thread = $2", c, bench)
			check("a whole thread removed with its hashes", func(f archive.Finding) bool { return f.Seal > 0 })

			a.exec("UPDATE event SET body = '{\"text\":\"other words\"}' WHERE case_id = $1 AND thread = 'room' AND seq = 3", c)
			a.exec("UPDATE seal_tile SET hashes = $2 WHERE case_id = $1 AND thread = 'room' AND level = 0", c, make([]byte, 32*last))
			check("an event and the hashes kept of it", func(f archive.Finding) bool { return room(f, archive.ThreadChanged, 3) })
			a.exec("UPDATE seal_tile SET hashes = $2 WHERE case_id = $1 AND thread = 'room' AND level = 0", c, make([]byte, 32*last))
			check("the hashes alone", func(f archive.Finding) bool { return f.Code == archive.HashesChanged && f.Thread == court.RoomThread })
			a.exec("DELETE FROM seal WHERE case_id = $1 AND number = 2", c)
			a.exec("DELETE FROM checkpoint WHERE number = 2")
			check("rolled back to an older seal", func(f archive.Finding) bool { return f.Code == archive.HeadUnknown })
			a.exec("DELETE FROM seal WHERE case_id = $1 AND number = 1", c)
			check("the first seal removed", func(f archive.Finding) bool { return f.Code == archive.SealForged })
		})
	}
}

// forge puts an event of the attacker's into the room, in the place of whatever was there.
func (a *attacker) forge(caseID string, seq int64, text string) {
	a.exec("DELETE FROM event WHERE case_id = $1 AND thread = 'room' AND seq = $2", caseID, seq)
	row := slices.Clone(a.rows("SELECT * FROM event WHERE case_id = $1 AND thread = 'room' AND seq = 1", caseID)[0])
	columns := a.columns("event")
	row[slices.Index(columns, "seq")], row[slices.Index(columns, "id")] = seq, store.NewID()
	row[slices.Index(columns, "body")] = `{"text":"` + text + `"}`
	a.insert("event", row)
}

// TestP7WhoHasDatabaseAndSigningKeyCannotGoBehindThePublishedHead: everything is made anew by the program itself.
func TestP7WhoHasDatabaseAndSigningKeyCannotGoBehindThePublishedHead(t *testing.T) {
	w := newSealed(t, store.SQLite)
	w.talk()
	published := w.seal()
	a := attack(w)
	a.exec("UPDATE event SET body = '{\"text\":\"other words\"}' WHERE case_id = $1 AND thread = 'room' AND seq = 3", a.Cases[0])
	for _, table := range recordTables {
		if strings.HasPrefix(table, "seal") || strings.HasPrefix(table, "checkpoint") {
			a.exec("DELETE FROM " + table)
		}
	}
	a.seal()
	if r := verifyZip(t, a.export(store.CourtArchive(a.Cases[0])), a.byKey()); !r.OK() {
		t.Errorf("the forged record is not even consistent: %s", r.Text("en"))
	}
	r := a.verdict(published)
	if r.OK() || !named(r, func(f archive.Finding) bool { return f.Code == archive.SealForged && f.Seal == 1 }) {
		t.Errorf("the forged record holds against the head published before:\n%s", r.Text("en"))
	}
}

// TestP7AFileOfWhichAByteChangedIsNamed, at places chosen by seed.
func TestP7AFileOfWhichAByteChangedIsNamed(t *testing.T) {
	w := newSealed(t, store.SQLite)
	seq := w.show("plaintiff", court.RoomThread, pdf(20_000, 9))
	w.show("defendant", court.RoomThread, pdf(20_000, 10))
	published := w.seal()
	a := attack(w)
	var sum, id string
	if err := a.db.QueryRow("SELECT b.name, a.id FROM attachment a JOIN blob b ON b.sha256 = a.sha256 WHERE a.case_id = $1 AND a.seq = $2", a.Cases[0], seq).Scan(&sum, &id); err != nil {
		t.Fatal(err)
	}
	var path string
	filepath.Walk(w.place, func(p string, info os.FileInfo, err error) error {
		if err == nil && filepath.Base(p) == sum {
			path = p
		}
		return err
	})
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, 0o600); err != nil {
		t.Fatal(err)
	}
	random := rand.New(rand.NewPCG(1, uint64(time.Now().UnixNano())))
	for range 20 {
		changed := bytes.Clone(content)
		at := random.IntN(len(changed))
		changed[at] ^= byte(1 + random.IntN(255))
		if err := os.WriteFile(path, changed, 0o600); err != nil {
			t.Fatal(err)
		}
		r := a.verdict(published)
		if len(r.Findings) != 1 || r.Findings[0].Code != archive.AttachmentChange || r.Findings[0].Seq != seq || r.Findings[0].Name != "files/"+id {
			t.Fatalf("byte %d: %s", at, r.Text("en"))
		}
	}
	if err := os.WriteFile(path, content[:len(content)-1], 0o600); err != nil {
		t.Fatal(err)
	}
	if r := a.verdict(published); r.OK() {
		t.Error("a shortened file verifies")
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if r := a.verdict(published); len(r.Findings) != 1 || r.Findings[0].Code != archive.AttachmentAbsent {
		t.Errorf("a removed file: %s", r.Text("en"))
	}
}
