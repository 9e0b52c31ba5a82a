package servers_test

import (
	"net"
	"net/url"
	"testing"

	"github.com/jackc/pgx/v5"

	"microcourt/store/storetest/servers"
)

func TestPostgresComesBackAfterACrashWithWhatWasCommitted(t *testing.T) {
	p := servers.OwnPostgres(t)
	run := func(sql string) {
		t.Helper()
		conn, err := pgx.Connect(t.Context(), p.URL("postgres"))
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close(t.Context())
		if _, err := conn.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	run("CREATE TABLE kept (n int)")
	p.Crash(t)
	if _, err := pgx.Connect(t.Context(), p.URL("postgres")); err == nil {
		t.Fatal("a crashed server still answers")
	}
	p.Start(t)
	run("INSERT INTO kept VALUES (1)")
}

func TestRedisComesBackAtTheSameAddress(t *testing.T) {
	r := servers.OwnRedis(t)
	u, err := url.Parse(r.URL())
	if err != nil {
		t.Fatal(err)
	}
	r.Crash(t)
	if conn, err := net.Dial("tcp", u.Host); err == nil {
		conn.Close()
		t.Fatal("a killed server still answers")
	}
	r.Start(t)
}
