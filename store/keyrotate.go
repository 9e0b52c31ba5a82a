package store

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// AppendKey adds a new key to the file of keys, durably. It is in force once RotateKeys has been there.
func AppendKey(path string) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	_, line := newSecret()
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".new-*") // 0600
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // where it wasn't renamed
	_, err = f.Write(append(append(bytes.TrimSpace(text), '\n'), line...))
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return err
	}
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}

// KeyWaits reports whether the file of keys has one that isn't in force yet.
func (s *Store) KeyWaits() bool { return s.keys.now < len(s.keys.ring)-1 }

// resealed is a table with sealed values that change with the key. key are the columns by which its rows are walked.
type resealed struct {
	table   string
	key     []string
	columns []string // sealed ones
	macs    []remac
}

// remac is a column for look-up, and what it is the hash of.
type remac struct {
	column, from string // from is a sealed column
	with         string // a column in clear that goes in too, or ""
	purpose      string // of the hash
	value        func(plain, with string) string
}

// resealedTables have all sealed values but those inside of the record's events, which nothing may change: those stay with the key that they were sealed with.
var resealedTables = []resealed{
	{"person", []string{"id"}, []string{"phone_enc", "id_number_enc"}, []remac{
		{"phone_mac", "phone_enc", "", "phone", func(plain, _ string) string { return plain }},
		{"id_number_mac", "id_number_enc", "id_type", "id_number", idNumberWords}}},
	{"staff", []string{"person_id"}, []string{"totp_enc"}, nil},
	{"participant", []string{"id"}, []string{"phone_enc", "address_enc", "id_number_enc"}, nil},
	{"signature", []string{"id"}, []string{"image_enc"}, nil},
	{"pleading_draft", []string{"person_id", "id"}, []string{"body_enc"}, nil},
	{"risk_report", []string{"person_id", "id"}, []string{"body_enc"}, nil},
	{"filing_draft", []string{"person_id", "id"}, []string{"body_enc"}, nil},
	{"filing", []string{"id"}, []string{"body_enc", "title_enc", "alike_enc"}, []remac{
		{"parties_mac", "alike_enc", "", macFilingParties, alikeOf(0)}, {"decision_mac", "alike_enc", "", macFilingDecision, alikeOf(1)}}},
	{"filing_step", []string{"id"}, []string{"body_enc"}, nil},
	{"case_invitation", []string{"case_id", "participant_id"}, []string{"id_number_enc"}, []remac{{"id_number_mac", "id_number_enc", "id_type", "id_number", idNumberWords}}},
	{"push_subscription", []string{"id"}, []string{"sealed"}, []remac{{"endpoint_mac", "sealed", "", "push endpoint", endpointOf}}},
	{"proofing", []string{"id"}, []string{"facts_enc"}, []remac{{"id_number_mac", "facts_enc", "", "id_number", documentOf}}},
	{"proofing_file", []string{"id"}, []string{"key_enc"}, nil},
	{"theft_report", []string{"id"}, []string{"contact_enc", "said_enc"}, []remac{{"contact_mac", "contact_enc", "", "phone", func(plain, _ string) string { return plain }}}},
	{"organisation_proof", []string{"id"}, []string{"image_enc"}, nil},
}

// forgottenTables hold hashes of what nobody knows any more, and lives minutes: codes under way and counts of guesses.
var forgottenTables = []string{"sign_in_code", "sign_in_attempt"}

func idNumberWords(number, idType string) string {
	if number = normalIDNumber(number); number == "" {
		return ""
	}
	return idType + ":" + number
}

func endpointOf(text, _ string) string {
	var parts []json.RawMessage
	var endpoint string
	if json.Unmarshal([]byte(text), &parts) == nil && len(parts) > 0 {
		json.Unmarshal(parts[0], &endpoint)
	}
	return endpoint
}

func documentOf(text, _ string) string {
	var facts struct {
		Document *struct {
			IDType   string `json:"id_type"`
			IDNumber string `json:"id_number"`
		} `json:"document"`
	}
	if json.Unmarshal([]byte(text), &facts) != nil || facts.Document == nil {
		return ""
	}
	return idNumberWords(facts.Document.IDNumber, facts.Document.IDType)
}

// RotateKeys seals everything that can change with the newest key of the file, makes the hashes for look-up anew and puts that key in force, in one transaction: a
// break leaves the key of before in force. Nobody else may use the record meanwhile (TakeNodePlace). It gives how many rows it sealed. Older keys are still needed:
// for addresses for service, which events hold, and for backups.
func (s *Store) RotateKeys(ctx context.Context, by By) (rows int, err error) {
	next := *s.keys
	next.now = len(next.ring) - 1
	err = s.write(ctx, func(ctx context.Context, tx *Tx) error {
		rows = 0
		for _, table := range forgottenTables {
			if _, err := tx.exec(ctx, "DELETE FROM "+table); err != nil {
				return err
			}
		}
		for _, t := range resealedTables {
			n, err := tx.reseal(ctx, &next, t)
			if err != nil {
				return fmt.Errorf("seal %s anew: %w", t.table, err)
			}
			rows += n
		}
		if _, err := tx.exec(ctx, "UPDATE meta SET value = $1 WHERE key = 'key_check'", next.ring[next.now].check()); err != nil {
			return err
		}
		return tx.audit(ctx, by.PersonID, "key.rotate", "", fmt.Sprintf("key %d", len(next.ring)), by.Address)
	})
	if err == nil {
		s.keys = &next
	}
	return rows, err
}

// resealBatch is how many rows are held in memory at once: a signature has up to 300 kB.
const resealBatch = 100

func (tx *Tx) reseal(ctx context.Context, next *Keys, t resealed) (count int, err error) {
	clear := []string{}
	for _, m := range t.macs {
		if m.with != "" {
			clear = append(clear, m.with)
		}
	}
	var after []string
	for {
		batch, err := tx.sealedRows(ctx, t, clear, after)
		if err != nil || len(batch) == 0 {
			return count, err
		}
		for _, r := range batch {
			if err := tx.resealRow(ctx, next, t, r); err != nil {
				return count, err
			}
		}
		count += len(batch)
		after = batch[len(batch)-1].key
	}
}

// sealedRow is one row of a table: its key, its sealed columns and those in clear.
type sealedRow struct {
	key    []string
	sealed map[string][]byte
	clear  map[string]string
}

func (tx *Tx) sealedRows(ctx context.Context, t resealed, clear, after []string) ([]sealedRow, error) {
	keys := strings.Join(t.key, ", ")
	query, args := "SELECT "+strings.Join(append(append(append([]string{}, t.key...), t.columns...), clear...), ", ")+" FROM "+t.table, []any{}
	if after != nil {
		places := make([]string, len(after))
		for i, v := range after {
			places[i], args = fmt.Sprintf("$%d", i+1), append(args, v)
		}
		query += " WHERE (" + keys + ") > (" + strings.Join(places, ", ") + ")"
	}
	rows, err := tx.query(ctx, query+fmt.Sprintf(" ORDER BY %s LIMIT %d", keys, resealBatch), args...)
	return collect(rows, err, func(r *sql.Rows) (row sealedRow, err error) {
		row = sealedRow{make([]string, len(t.key)), map[string][]byte{}, map[string]string{}}
		sealed, plain := make([][]byte, len(t.columns)), make([]string, len(clear))
		var to []any
		for i := range row.key {
			to = append(to, &row.key[i])
		}
		for i := range sealed {
			to = append(to, &sealed[i])
		}
		for i := range plain {
			to = append(to, &plain[i])
		}
		err = r.Scan(to...)
		for i, c := range t.columns {
			row.sealed[c] = sealed[i]
		}
		for i, c := range clear {
			row.clear[c] = plain[i]
		}
		return row, err
	})
}

func (tx *Tx) resealRow(ctx context.Context, next *Keys, t resealed, r sealedRow) error {
	var sets []string
	var args []any
	set := func(column string, value []byte) {
		args = append(args, value)
		sets = append(sets, fmt.Sprintf("%s = $%d", column, len(args)))
	}
	plain := map[string]string{}
	for _, c := range t.columns {
		text, err := next.Open(r.sealed[c])
		if err != nil {
			return fmt.Errorf("%s of %v: %w", c, r.key, err)
		}
		plain[c] = text
		set(c, next.Seal(text))
	}
	for _, m := range t.macs {
		set(m.column, next.MAC(m.purpose, m.value(plain[m.from], r.clear[m.with])))
	}
	where := make([]string, len(t.key))
	for i, c := range t.key {
		args = append(args, r.key[i])
		where[i] = fmt.Sprintf("%s = $%d", c, len(args))
	}
	_, err := tx.exec(ctx, "UPDATE "+t.table+" SET "+strings.Join(sets, ", ")+" WHERE "+strings.Join(where, " AND "), args...)
	return err
}
