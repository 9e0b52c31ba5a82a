package store_test

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"testing"

	"microcourt/store"
	"microcourt/store/court"
)

// evidenceTables are the read models of evidence, in an order in which rows can be put back.
var evidenceTables = []string{"submission", "exhibit", "exhibit_page", "opinion", "exchange", "evidence_deadline", "watermark"}

// dump gives all rows of tables as text.
func dump(t *testing.T, db *sql.DB, tables []string) map[string][]string {
	t.Helper()
	all := map[string][]string{}
	for _, table := range tables {
		rows, err := db.Query("SELECT * FROM " + table)
		if err != nil {
			t.Fatal(err)
		}
		columns, _ := rows.Columns()
		for rows.Next() {
			row, into := make([]any, len(columns)), make([]any, len(columns))
			for i := range row {
				into[i] = &row[i]
			}
			if err := rows.Scan(into...); err != nil {
				t.Fatal(err)
			}
			all[table] = append(all[table], fmt.Sprintf("%s %v", columns, row))
		}
		rows.Close()
		slices.Sort(all[table])
	}
	return all
}

// TestTheTablesOfEvidenceFollowFromTheEventsAlone: whatever somebody changes or removes in them is named, and made anew from the sealed
// record they are what they were.
func TestTheTablesOfEvidenceFollowFromTheEventsAlone(t *testing.T) {
	eachEvidenceWorld(t, func(t *testing.T, w *evidenceWorld) {
		w.everyEvidence(t)
		w.followsFromTheEvents(t, evidenceTables)
	})
}

// followsFromTheEvents changes every column of tables, and removes their rows: it is named, and made anew they are what they were.
func (w *evidenceWorld) followsFromTheEvents(t *testing.T, tables []string) {
	t.Helper()
	db := openRaw(t, w.cfg)
	unchecked := "PRAGMA foreign_keys = OFF" // no foreign key is in the way
	if store.IsPostgreSQL(w.cfg.Database) {
		unchecked = "SET session_replication_role = replica"
	}
	if _, err := db.Exec(unchecked); err != nil {
		t.Fatal(err)
	}
	was := dump(t, db, tables)
	expect := func(what string, want bool) {
		t.Helper()
		now := dump(t, db, tables)
		same := true
		for _, table := range tables {
			if !slices.Equal(was[table], now[table]) {
				if same = false; want {
					t.Errorf("%s: %s is\n%s\nbut was\n%s", what, table, strings.Join(now[table], "\n"), strings.Join(was[table], "\n"))
				}
			}
		}
		if same && !want {
			t.Errorf("%s changed nothing", what)
		}
	}
	rebuild := func(what, table string) {
		t.Helper()
		expect(what, false)
		wrong, err := w.Store.Rebuild(context.Background(), w.Cases[0], store.By{})
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Contains(wrong, table) {
			t.Errorf("%s: named are %v", what, wrong)
		}
		expect(what+", made anew", true)
	}
	if wrong, err := w.Store.Rebuild(context.Background(), w.Cases[0], store.By{}); err != nil || len(wrong) != 0 {
		t.Fatalf("nothing was changed, but %v differ; %v", wrong, err)
	}
	expect("made anew", true)
	for _, table := range tables {
		if len(was[table]) == 0 {
			t.Errorf("%s is empty: nothing is shown", table)
		}
		rows, err := db.Query("SELECT * FROM " + table + " LIMIT 0")
		if err != nil {
			t.Fatal(err)
		}
		columns, _ := rows.ColumnTypes()
		rows.Close()
		for _, c := range columns {
			change := c.Name() + " + 1000"
			if strings.Contains(strings.ToUpper(c.DatabaseTypeName()), "TEXT") {
				change = c.Name() + " || 'x'"
			}
			if _, err := db.Exec("UPDATE " + table + " SET " + c.Name() + " = " + change); err != nil {
				t.Fatalf("%s.%s: %v", table, c.Name(), err)
			}
			rebuild(table+"."+c.Name(), table)
		}
		if _, err := db.Exec("DELETE FROM " + table); err != nil {
			t.Fatal(err)
		}
		rebuild("no "+table, table)
	}
}

// everyEvidence does every kind of act on evidence at least once.
func (w *evidenceWorld) everyEvidence(t *testing.T) {
	t.Helper()
	must := func(_ store.Appended, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	ctx := t.Context()
	must(w.Store.SetDeadline(ctx, store.DeadlineSetting{RoomAct: w.act("judge"), Deadline: w.clock.Load() + 500, Reason: "举证期限"}))
	first := w.submit(t, "plaintiff", "一").Exhibits[0].ID
	w.clock.Add(1000)
	second := w.submit(t, "lawyer", "二").Exhibits[0].ID
	w.submit(t, "clerk", "三")
	must(w.opine("defendant", first, "不真实"))
	must(w.opine("lawyer", first, ""))
	o := store.NewOpinion{RoomAct: w.act("defendant"), Exhibit: first}
	o.Relevance = court.Aspect{Objection: true, Text: "无关"}
	image := w.upload(t, w.Seats["defendant"], court.KindImage, "a.jpg", photo(t, 20, 20, 1))
	o.Images = []court.PageInput{{Attachment: image.ID}}
	must(w.Store.GiveOpinion(ctx, o))
	must(w.Store.WithdrawExhibit(ctx, w.act("defendant"), second, "重复"))
	must(w.Store.OpenExchange(ctx, store.NewExchange{RoomAct: w.act("clerk"), Mode: court.ExchangeAsynchronous, EndsAt: w.clock.Load() + 1000, Note: "一", Exhibits: []string{first}}))
	running := w.evidence(t, "judge").Exchanges[0]
	must(w.Store.ChangeExchange(ctx, store.ExchangeChange{RoomAct: w.act("clerk"), Exchange: running.ID, EndsAt: w.clock.Load() + 2000, Note: "延长"}))
	w.clock.Add(2000)
	must(w.Store.OpenExchange(ctx, store.NewExchange{RoomAct: w.act("judge"), Mode: court.ExchangeSynchronous}))
	running = w.evidence(t, "judge").Exchanges[1]
	must(w.Store.CloseExchange(ctx, w.act("judge"), running.ID, "质证完毕"))
	must(w.Store.CheckOriginal(ctx, store.OriginalCheck{RoomAct: w.act("clerk"), Exhibit: first, State: court.OriginalNotarised, Note: "公证书"}))
	if err := w.rule(first, court.RulingPartly); err != nil {
		t.Fatal(err)
	}
	must(w.Store.SetDeadline(ctx, store.DeadlineSetting{RoomAct: w.act("judge"), Party: w.party("defendant"), Deadline: w.clock.Load() + 5000}))
	must(w.Store.SetDeadline(ctx, store.DeadlineSetting{RoomAct: w.act("judge"), Party: w.party("plaintiff")}))
	must(w.Store.SetWatermark(ctx, store.WatermarkSetting{RoomAct: w.act("judge"), On: true, Reason: "涉及个人信息"}))
	must(w.Store.SetWatermark(ctx, store.WatermarkSetting{RoomAct: w.act("clerk"), On: true}))
	turned := w.exhibit(t, "plaintiff", "四")
	turned.Pages[0].Turn = 270
	if _, err := w.Store.SubmitExhibits(ctx, store.NewSubmission{RoomAct: w.act("plaintiff"), Exhibits: []court.ExhibitInput{turned}}); err != nil {
		t.Fatal(err)
	}
}
