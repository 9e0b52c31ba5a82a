package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// binary is the program as it is installed, built once for all tests of this package.
var binary string

func TestMain(m *testing.M) {
	os.Exit(func() int {
		dir, err := os.MkdirTemp("", "microcourt-test-")
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		defer os.RemoveAll(dir)
		binary = filepath.Join(dir, "microcourt")
		if out, err := exec.Command("go", "build", "-race", "-o", binary, ".").CombinedOutput(); err != nil {
			fmt.Fprintf(os.Stderr, "build the program: %v\n%s", err, out)
			return 1
		}
		for _, setting := range os.Environ() { // settings of the machine must not change what is tested
			if name, _, _ := strings.Cut(setting, "="); strings.HasPrefix(name, "MICROCOURT_") && !strings.HasPrefix(name, "MICROCOURT_TEST_") &&
				name != "MICROCOURT_REQUIRE_ALL" && name != "MICROCOURT_SOAK" {
				os.Unsetenv(name)
			}
		}
		return m.Run()
	}())
}

// microcourt runs a command inside this process.
func microcourt(t *testing.T, stdin string, args ...string) (code int, out, errs string) {
	t.Helper()
	var outBuf, errBuf bytes.Buffer
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	code = run(ctx, args, strings.NewReader(stdin), &outBuf, &errBuf)
	return code, outBuf.String(), errBuf.String()
}

func TestABadConfigurationIsAnsweredInOneLineThatSaysWhatToDo(t *testing.T) {
	dir := t.TempDir()
	empty := filepath.Join(dir, "empty")
	if err := os.WriteFile(empty, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		args string
		says string
	}{
		"demo in public":             {"--demo --listen 0.0.0.0:0", "--demo-public"},
		"demo on all addresses":      {"--demo --listen :0", "--demo-public"},
		"demo on a name":             {"--demo --listen court.example:0", "--demo-public"},
		"no port":                    {"--listen 127.0.0.1", "HOST:PORT"},
		"no admin port":              {"--admin-listen here", "HOST:PORT, or off"},
		"redis without PostgreSQL":   {"--redis redis://127.0.0.1:1", "--database postgres://"},
		"half a certificate":         {"--tls-cert x.pem", "give both"},
		"two certificates":           {"--tls self --tls-cert x.pem --tls-key y.pem", "leave --tls away"},
		"no such certificate":        {"--tls-cert x.pem --tls-key y.pem", "--tls-cert and --tls-key can't be used"},
		"unknown TLS":                {"--tls maybe", "must be one of"},
		"autocert without a name":    {"--tls auto", "--autocert-host or --public-url"},
		"proxies":                    {"--trusted-proxies 10.0.0.0/8,everybody", "not a network"},
		"public URL":                 {"--public-url court.example", "https://HOST"},
		"short token":                {"--import-token short", "at least 16"},
		"token twice":                {"--import-token 0123456789abcdef --import-token-file " + empty, "give one"},
		"empty token":                {"--import-token-file " + empty, "is empty"},
		"no token file":              {"--import-token-file " + empty + ".no", "can't be read"},
		"no time to stop":            {"--drain-timeout 0s", "longer than 0s"},
		"SMS without secret":         {"--sms-url https://sms.example/send", "secret"},
		"SMS in the clear":           {"--sms-url http://sms.example/send --sms-secret 0123456789abcdef", "https"},
		"a link in the clear":        {"--link-laws http://laws.example.cn", "https://HOST/PATH"},
		"a link to a program":        {"--link-answers javascript:alert(1)", "https://HOST/PATH"},
		"a link in disguise":         {"--link-broadcast https://court.gov.cn@evil.example", "https://HOST/PATH"},
		"a link to nowhere":          {"--link-enforcement 阳光执行系统=https://", "https://HOST/PATH"},
		"a link without its name":    {"--link-enforcement =https://example.cn", "printed characters"},
		"payments without secret":    {"--pay-url https://pay.example/begin", "secret"},
		"payments in the clear":      {"--pay-url http://pay.example/begin --pay-secret 0123456789abcdef", "https"},
		"codes in a public log":      {"--sms-url log: --listen 0.0.0.0:0", "name a gateway"},
		"a key that is none":         {"--data-key-file " + empty, "--data-key-file"},
		"notices that are none":      {"--notices " + empty, "no notice first_entry"},
		"no notices":                 {"--notices " + empty + ".no", "--notices"},
		"figures that are none":      {"--figures " + empty, "--figures"},
		"no figures":                 {"--figures " + empty + ".no", "--figures"},
		"unknown flag":               {"--dmeo", "unknown flag --dmeo"},
		"unreachable database":       {"--database postgres://127.0.0.1:1/none?connect_timeout=2", "open the record"},
		"bucket without credentials": {"--blobs s3://court", "--blobs"},
	} {
		t.Run(name, func(t *testing.T) {
			args := append([]string{"serve", "--admin-listen", "off", "--log-level", "error", "--data", t.TempDir()}, strings.Fields(c.args)...)
			code, out, errs := microcourt(t, "", args...)
			if code == 0 || out != "" {
				t.Errorf("code %d, output %q", code, out)
			}
			if strings.Count(errs, "\n") != 1 || !strings.HasPrefix(errs, "microcourt: ") || !strings.Contains(errs, c.says) {
				t.Errorf("it says %q, want one line with %q", errs, c.says)
			}
		})
	}
}

func TestSettingsComeFromTheEnvironmentToo(t *testing.T) {
	t.Setenv("MICROCOURT_DEMO", "true")
	t.Setenv("MICROCOURT_LISTEN", "0.0.0.0:0")
	if code, _, errs := microcourt(t, "", "serve", "--data", t.TempDir()); code == 0 || !strings.Contains(errs, "0.0.0.0:0") {
		t.Errorf("code %d, it says %q", code, errs)
	}
}

// TestEveryFlagHasTheEnvironmentVariableOfItsName: --s3-secret is MICROCOURT_S3_SECRET, with nothing in between.
func TestEveryFlagHasTheEnvironmentVariableOfItsName(t *testing.T) {
	_, out, _ := microcourt(t, "", "serve", "--help")
	text := strings.Join(strings.Fields(out), " ")
	for _, flag := range regexp.MustCompile(`--([a-z0-9-]+)(=| )`).FindAllStringSubmatch(text, -1) {
		if name := "$MICROCOURT_" + strings.ToUpper(strings.ReplaceAll(flag[1], "-", "_")); flag[1] != "help" && !strings.Contains(text, name) {
			t.Errorf("--%s has no %s", flag[1], name)
		}
	}
}

func TestHelpAndVersion(t *testing.T) {
	if code, out, _ := microcourt(t, "", "--help"); code != 0 || !strings.Contains(out, "serve") {
		t.Errorf("help: code %d, %q", code, out)
	}
	if code, out, _ := microcourt(t, "", "version"); code != 0 || !strings.HasPrefix(out, "microcourt ") {
		t.Errorf("version: code %d, %q", code, out)
	}
	if code, _, errs := microcourt(t, ""); code != 2 || errs == "" {
		t.Errorf("no command: code %d, %q", code, errs)
	}
}

func TestMigrateSaysTheVersions(t *testing.T) {
	data := t.TempDir()
	if code, out, errs := microcourt(t, "", "migrate", "--data", data); code != 0 || !strings.Contains(out, "from version 0 to ") {
		t.Errorf("code %d, %q, %q", code, out, errs)
	}
	if code, out, errs := microcourt(t, "", "migrate", "--data", data); code != 0 || !strings.Contains(out, "already") {
		t.Errorf("again: code %d, %q, %q", code, out, errs)
	}
}

func TestStaffAreLookedAfterOnTheCommandLine(t *testing.T) {
	data := t.TempDir()
	want := func(stdin string, wantCode int, says string, args ...string) {
		t.Helper()
		code, out, errs := microcourt(t, stdin, append(args, "--data", data, "--log-level", "error")...)
		if code != wantCode || !strings.Contains(out+errs, says) {
			t.Fatalf("%v: code %d, %q, %q", args, code, out, errs)
		}
	}
	want("", 1, "no password given", "staff", "add", "judge.li", "--name", "李明", "--role", "judge")
	want("short\n", 1, "password", "staff", "add", "judge.li", "--name", "李明", "--role", "judge")
	want("a long enough password\n", 0, "judge.li can sign in", "staff", "add", "judge.li", "--name", "李明", "--role", "judge")
	want("a long enough password\n", 1, "login", "staff", "add", "judge.li", "--name", "李明", "--role", "judge")
	want("a long enough password\n", 2, "must be one of", "staff", "add", "king", "--name", "王", "--role", "king")
	want("", 0, "李明", "staff", "list")
	want("another long password\n", 0, "new password", "staff", "passwd", "judge.li")
	want("", 0, "is disabled", "staff", "disable", "judge.li")
	want("", 0, "disabled", "staff", "list")
	want("", 0, "is enabled", "staff", "enable", "Judge.Li")
	want("", 1, "no account nobody", "staff", "disable", "nobody")
}

func TestImportReportsEachCaseAndFailsIfOneWasRefused(t *testing.T) {
	data := t.TempDir()
	for _, login := range []string{"judge.one", "clerk.one"} {
		role, _, _ := strings.Cut(login, ".")
		if code, _, errs := microcourt(t, "a long enough password", "staff", "add", login, "--name", login, "--role", role, "--data", data); code != 0 {
			t.Fatal(errs)
		}
	}
	file := filepath.Join("..", "..", "store", "court", "testdata", "cases.json")
	if code, out, errs := microcourt(t, "", "import", file, "--data", data); code != 0 || strings.Count(out, "added") != 2 {
		t.Fatalf("code %d, %q, %q", code, out, errs)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	broken := strings.Replace(string(text), `"state": "open"`, `"state": "ajar"`, 1)
	code, out, errs := microcourt(t, broken, "import", "-", "--lang", "en", "--data", data)
	if code != 1 || !strings.Contains(out, "cases[0].state") || !strings.Contains(out, "unchanged") || !strings.Contains(errs, "1 of 2 cases were refused") {
		t.Fatalf("code %d, %q, %q", code, out, errs)
	}
	list := "name,level,address\n示范市法院,basic,中山路1号\n别的法院,区级,新街2号\n"
	if code, out, errs := microcourt(t, list, "import-courts", "-", "--lang", "en", "--complete", "--data", data); code != 1 || !strings.Contains(out, "added      示范市法院") || !strings.Contains(out, "Line 3 (别的法院), level") || !strings.Contains(errs, "1 of 2 courts were refused") {
		t.Errorf("code %d, %q, %q", code, out, errs)
	}
	if code, _, errs := microcourt(t, "", "import", filepath.Join(data, "none.json"), "--data", data); code != 1 || strings.Count(errs, "\n") != 1 {
		t.Fatalf("no file: code %d, %q", code, errs)
	}
}

func TestTheListsAreMadeAnewFromTheConsole(t *testing.T) {
	dir := t.TempDir()
	if code, _, errs := microcourt(t, "", "seed", "--data", dir); code != 0 {
		t.Fatal(errs)
	}
	if code, out, errs := microcourt(t, "", "rebuild", "--data", dir); code != 0 || !strings.HasSuffix(out, ": 11\n") {
		t.Errorf("all: %d %s %s", code, out, errs)
	}
	if code, out, errs := microcourt(t, "", "rebuild", "--data", dir, "（2025）浙9901民初1024号"); code != 0 || !strings.HasSuffix(out, ": 1\n") {
		t.Errorf("one: %d %s %s", code, out, errs)
	}
	if code, _, errs := microcourt(t, "", "rebuild", "--data", dir, "（1999）浙9901民初1号"); code != 1 || !strings.Contains(errs, "not_found") {
		t.Errorf("none: %d %s", code, errs)
	}
}
