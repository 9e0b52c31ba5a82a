package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

// TestMain lets this test program be what the measurement starts: itself once more, as a server or as phones.
func TestMain(m *testing.M) {
	if len(os.Args) < 2 || os.Args[1] != "bench" {
		os.Exit(m.Run())
	}
	var program struct {
		Bench Cmd `cmd:""`
	}
	ctx := kong.Parse(&program)
	ctx.BindTo(context.Background(), (*context.Context)(nil))
	ctx.FatalIfErrorf(ctx.Run())
}

// TestTheBenchMeasuresEveryRow runs everything small: each row has a figure, and nothing is lost, repeated or out of
// order under any load. What costs how much is not judged here, because the machine has other things to do.
func TestTheBenchMeasuresEveryRow(t *testing.T) {
	var out bytes.Buffer
	file := filepath.Join(t.TempDir(), "bench.json")
	err := measureCmd{Short: true, Out: file, Postgres: os.Getenv("MICROCOURT_TEST_POSTGRES"), out: &out}.Run(t.Context())
	if err != nil {
		if strings.Contains(out.String(), "MISSING") && os.Getenv("MICROCOURT_REQUIRE_ALL") != "1" {
			t.Skip(err)
		}
		t.Fatalf("%v\n%s", err, out.String())
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var got []row
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	rows := map[string]row{}
	for _, r := range got {
		rows[r.Name] = r
	}
	for _, name := range []string{
		"memory per silent phone", "delivery CPU, sparse, durable", "delivery CPU, sparse, not durable", "delivery CPU, bursts, durable", "delivery CPU, bursts, not durable",
		"publish to deliver, p50, durable", "publish to deliver, p99, durable", "reconnect storm", "durable publish, SQLite FULL", "durable publish, PostgreSQL",
		"forwarding CPU", "phone to phone, p50", "phone to phone, p99", "memory of a hearing of four", "goroutines of a hearing of four", "join to first packet, p50", "join to first packet, p99", "CPU for an observer", "memory for an observer", "200 observers",
	} {
		if r, ok := rows[name]; !ok || r.Value == 0 {
			t.Errorf("%s was not measured:\n%s", name, out.String())
		}
	}
	for _, name := range []string{"messages lost in the storm", "out of order or twice, sparse", "out of order or twice, bursts", "out of order or twice, storm"} {
		if r, ok := rows[name]; !ok || r.Value != 0 {
			t.Errorf("%s: %v\n%s", name, r.Value, out.String())
		}
	}
	t.Log(out.String())
}
