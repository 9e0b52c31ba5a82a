package store_test

import (
	"slices"
	"testing"

	"microcourt/store"
	"microcourt/store/storetest"
)

// noRecord are the tables that are no part of a case's record, and why.
var noRecord = map[string]string{
	"person": "accounts", "staff": "accounts", "session": "accounts", "sign_in_attempt": "accounts", "sign_in_code": "accounts",
	"passkey": "accounts", "passkey_challenge": "accounts",
	"verification": "of the account; that it happened in a case is an event", "notice_acceptance": "its event is in the room",
	"read_mark": "of the reader alone", "push_subscription": "of a browser", "reminder": "reminds, and serves nothing",
	"hearing_guest": "which person a witness is, and who watches; that a witness was summoned is an event",
	"signature":     "of the account; a document that bears it is a file of an event", "payment_report": "what the payment service said; what it changed is an event",
	"transcript_pad": "what the court is writing", "transcript_line": "what the court is writing; as it was laid before the participants it is a file of an event, which says the hash of the lines",
	"evidence_draft": "of its author", "evidence_draft_file": "of its author", "application_draft": "of its author", "application_draft_file": "of its author",
	"document_draft": "of its author", "document_draft_file": "of its author", "pleading_draft": "of its author",
	"organisation_binding": "accounts; that somebody came into a case by it is an event", "organisation_proof": "accounts",
	"theft_report": "accounts; the audit says what the court did", "proofing": "accounts", "proofing_file": "accounts", "proofing_challenge": "accounts", "proofing_look": "accounts; the audit has it too",
	"courthouse":  "of no case; public",
	"risk_report": "of the person that keeps it", "guide_page": "of no case; the audit says who changed it", "guide_version": "of no case; every version is kept",
	"audit": "what staff did, over all cases", "access_change": "for the nodes", "meta": "of the installation", "upload_lock": "for the nodes", "goose_db_version": "of the schema",
	"filing_draft": "of its author", "filing_draft_file": "of its author", "filing": "before there is a case; it follows from its steps", "filing_file": "files of who filed; the steps name them",
	"filing_step": "before there is a case; chained by hashes, the last of which stands in an event of the case that came of it", "docket_counter": "of the installation",
	"case_invitation":    "who may link a case by which document; that somebody did is an event",
	"checkpoint_witness": "a witness's own word, which proves itself",
}

// TestP7EveryTableIsSealedOrFollowsFromEventsOrIsNoRecord, so that one that comes later can't be forgotten: those that are sealed are changed column by column in
// the test of tampering, those that follow are made anew in theirs.
func TestP7EveryTableIsSealedOrFollowsFromEventsOrIsNoRecord(t *testing.T) {
	cfg := storetest.Config(t, store.SQLite)
	storetest.OpenConfig(t, cfg)
	rows, err := openRaw(t, cfg).Query("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	there := map[string]bool{}
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			t.Fatal(err)
		}
		there[name] = true
		places := 0
		for _, of := range []bool{slices.Contains(recordTables, name), slices.Contains(store.ListTables(), name), noRecord[name] != ""} {
			if of {
				places++
			}
		}
		if places != 1 {
			t.Errorf("table %s is of %d sorts", name, places)
		}
	}
	for name := range noRecord {
		if !there[name] {
			t.Errorf("there is no table %s", name)
		}
	}
}
