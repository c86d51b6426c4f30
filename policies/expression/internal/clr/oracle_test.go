package clr

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write what the code answers into testdata; read the diff before it is committed")

// TestOracle compares with what a C# compiler's run time answered. Each file of testdata
// is a function; each line a JSON array of its arguments and the answer, which for an
// exception is "!" and its class. Where Mono, which gave the answers, is known to differ
// from .NET 8, the lines were corrected by hand.
func TestOracle(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/*.jsonl")
	if err != nil || len(files) == 0 {
		t.Fatalf("no testdata: %v", err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".jsonl")
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			call, ok := oracleCalls[name]
			if !ok {
				t.Fatalf("no function for %s", file)
			}
			runOracle(t, file, call)
		})
	}
}

func runOracle(t *testing.T, file string, call func(arguments) (string, error)) {
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var out strings.Builder
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		var fields arguments
		if err := json.Unmarshal(lines.Bytes(), &fields); err != nil {
			t.Fatalf("%s: %v", lines.Text(), err)
		}
		args, want := fields[:len(fields)-1], fields[len(fields)-1]
		got, err := call(args)
		if err != nil {
			e := AsException(err)
			if e == nil {
				t.Fatalf("%q: %v", args, err)
			}
			got = "!" + e.Class.ShortName()
		}
		if got = WellFormed(got); got != want {
			t.Errorf("%q: got %q, want %q", args, got, want)
		}
		var line strings.Builder
		enc := json.NewEncoder(&line)
		enc.SetEscapeHTML(false)
		if err := enc.Encode(append(args, got)); err != nil {
			t.Fatal(err)
		}
		out.WriteString(line.String())
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(file, []byte(out.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// arguments of one line.
type arguments []string

func (a arguments) int(i int) int {
	n, err := strconv.ParseInt(a[i], 10, 64)
	if err != nil {
		panic(err)
	}
	return int(n)
}

func (a arguments) float(i int) float64 {
	v, err := strconv.ParseFloat(a[i], 64)
	if err != nil {
		panic(err)
	}
	return v
}

func (a arguments) decimal(i int) Decimal {
	d, err := ParseDecimal(a[i])
	if err != nil {
		panic(err)
	}
	return d
}

// date reads year,month,day,hour,minute,second.
func (a arguments) date(i int, kind DateTimeKind) DateTime {
	var n [6]int
	for j, s := range strings.Split(a[i], ",") {
		n[j], _ = strconv.Atoi(s)
	}
	d, err := NewDateTime(n[0], n[1], n[2], n[3], n[4], n[5], 0, kind)
	if err != nil {
		panic(err)
	}
	return d
}

func (a arguments) comparison(i int) StringComparison {
	return map[string]StringComparison{
		"Ordinal": Ordinal, "OrdinalIgnoreCase": OrdinalIgnoreCase,
		"InvariantCulture": InvariantCulture, "InvariantCultureIgnoreCase": InvariantCultureIgnoreCase,
	}[a[i]]
}

func shown[T any](v T, err error) (string, error) {
	if err != nil {
		return "", err
	}
	return ToString(any(v)), nil
}

func fails(v string) (string, error) { return v, nil }

func joined(parts []string, err error) (string, error) {
	return strings.Join(parts, "|") + "#" + itoa(len(parts)), err
}

var oracleCalls = map[string]func(a arguments) (string, error){
	"format": func(a arguments) (string, error) {
		switch a[0] {
		case "int":
			return FormatInt(nil, int64(a.int(1)), 32, a[2])
		case "double":
			return FormatDouble(nil, a.float(1), a[2])
		}
		return a.decimal(1).Format(nil, a[2])
	},
	"decimal": func(a arguments) (string, error) {
		x, y := a.decimal(0), a.decimal(2)
		op := map[string]func(Decimal) (Decimal, error){"+": x.Add, "-": x.Sub, "*": x.Mul, "/": x.Div, "%": x.Rem}[a[1]]
		return shown(op(y))
	},
	"decimalround": func(a arguments) (string, error) {
		mode := MidpointToEven
		if a[2] == "AwayFromZero" {
			mode = MidpointAwayFromZero
		}
		return shown(a.decimal(0).Round(a.int(1), mode))
	},
	"decimalfromdouble": func(a arguments) (string, error) { return shown(DecimalFromDouble(a.float(0))) },
	"parseint":          func(a arguments) (string, error) { return shown(ParseInt(a[0], Int32Type)) },
	"parselong":         func(a arguments) (string, error) { return shown(ParseInt(a[0], Int64Type)) },
	"parsebyte":         func(a arguments) (string, error) { return shown(ParseUint(a[0], ByteType)) },
	"parseuint":         func(a arguments) (string, error) { return shown(ParseUint(a[0], UInt32Type)) },
	"parsedouble":       func(a arguments) (string, error) { return shown(ParseDouble(a[0])) },
	"parsedecimal":      func(a arguments) (string, error) { return shown(ParseDecimal(a[0])) },
	"date": func(a arguments) (string, error) {
		d, err := a.date(0, DateTimeKind(a.int(1))).AddTicks(1234500)
		if err != nil {
			return "", err
		}
		return d.Format(nil, a[2])
	},
	"offset": func(a arguments) (string, error) {
		d, err := NewDateTimeOffset(a.date(0, KindUnspecified), TimeSpan(a.int(1))*TicksPerMinute)
		if err != nil {
			return "", err
		}
		if d, err = d.Add(1234500); err != nil {
			return "", err
		}
		return d.Format(nil, a[2])
	},
	"dateparse": func(a arguments) (string, error) {
		d, err := ParseDateTime(a[0], UnixEpoch)
		if err != nil {
			return "", err
		}
		return d.Format(nil, "o")
	},
	"offsetparse": func(a arguments) (string, error) {
		d, err := ParseDateTimeOffset(a[0], UnixEpoch)
		if err != nil {
			return "", err
		}
		return d.Format(nil, "o")
	},
	"timespan":      func(a arguments) (string, error) { return TimeSpan(a.int(0)).Format(nil, a[1]) },
	"timespanparse": func(a arguments) (string, error) { return shown(ParseTimeSpan(a[0])) },
	"splitchars": func(a arguments) (string, error) {
		return joined(SplitChars(nil, a[0], Units(a[1]), a.int(2), SplitOptions(a.int(3))))
	},
	"splitstrings": func(a arguments) (string, error) {
		return joined(SplitStrings(nil, a[0], strings.Split(a[1], "/"), a.int(2), SplitOptions(a.int(3))))
	},
	"substring": func(a arguments) (string, error) { return Substring(a[0], a.int(1)) },
	"charat": func(a arguments) (string, error) {
		c, err := CharAt(a[0], a.int(1))
		return shown(int32(c), err)
	},
	"substringcount": func(a arguments) (string, error) { return SubstringCount(a[0], a.int(1), a.int(2)) },
	"removecount":    func(a arguments) (string, error) { return RemoveCount(nil, a[0], a.int(1), a.int(2)) },
	"insert":         func(a arguments) (string, error) { return Insert(nil, a[0], a.int(1), "-") },
	"indexofrange": func(a arguments) (string, error) {
		n, err := IndexOfCharRange(a[0], 'b', a.int(2), Length(a[0])-a.int(2))
		return shown(int32(n), err)
	},
	"lastindexofrange": func(a arguments) (string, error) {
		n, err := LastIndexOfCharRange(a[0], 'b', a.int(2), a.int(2)+1)
		return shown(int32(n), err)
	},
	"indexof": func(a arguments) (string, error) {
		n, err := IndexOf(a[0], a[1], a.comparison(2))
		return shown(int32(n), err)
	},
	"lastindexof": func(a arguments) (string, error) {
		n, err := LastIndexOf(a[0], a[1], a.comparison(2))
		return shown(int32(n), err)
	},
	"startswith":        func(a arguments) (string, error) { return shown(StartsWith(a[0], a[1], a.comparison(2))) },
	"endswith":          func(a arguments) (string, error) { return shown(EndsWith(a[0], a[1], a.comparison(2))) },
	"compare":           func(a arguments) (string, error) { return fails(itoa(CompareLinguistic(a[0], a[1], false))) },
	"compareignorecase": func(a arguments) (string, error) { return fails(itoa(CompareLinguistic(a[0], a[1], true))) },
	"compareordinal":    func(a arguments) (string, error) { return fails(itoa(sign(CompareOrdinal(a[0], a[1])))) },
	"composite":         func(a arguments) (string, error) { return Format(nil, a[0], []any{int32(255), "x"}) },
	"urlencode":         func(a arguments) (string, error) { return URLEncode(nil, a[0]) },
	"urldecode":         func(a arguments) (string, error) { return fails(URLDecode(a[0])) },
	"htmlencode":        func(a arguments) (string, error) { return HTMLEncode(nil, a[0]) },
	"htmldecode":        func(a arguments) (string, error) { return fails(HTMLDecode(a[0])) },
	"escapedata":        func(a arguments) (string, error) { return EscapeDataString(nil, a[0]) },
	"escapeuri":         func(a arguments) (string, error) { return EscapeURIString(nil, a[0]) },
	"unescapedata":      func(a arguments) (string, error) { return fails(UnescapeDataString(a[0])) },
	"random":            func(a arguments) (string, error) { return randomNumbers(int32(a.int(0))) },
	"frombase64": func(a arguments) (string, error) {
		data, err := FromBase64(a[0])
		if err != nil {
			return "", err
		}
		return HexDump(nil, data)
	},
	"guid": func(a arguments) (string, error) {
		g, err := ParseGuid("0f8fad5b-d9cb-469f-a165-70867728950e")
		if err != nil {
			return "", err
		}
		return g.Format(nil, a[0])
	},
	"guidparse": func(a arguments) (string, error) { return shown(ParseGuid(a[0])) },
	"guidbytes": func(a arguments) (string, error) {
		g, err := ParseGuid(a[0])
		if err != nil {
			return "", err
		}
		return HexDump(nil, g.Bytes())
	},
	"guidhash": func(a arguments) (string, error) {
		g, err := ParseGuid(a[0])
		return shown(g.Hash(), err)
	},
	"addmonths": func(a arguments) (string, error) {
		d, err := a.date(0, KindUnspecified).AddMonths(a.int(1))
		if err != nil {
			return "", err
		}
		return d.Format(nil, "o")
	},
	"frombase": func(a arguments) (string, error) {
		n, err := IntFromBase(strings.Trim(a[0], `"`), Int32Type, a.int(1))
		return shown(int32(n), err)
	},
	"doubletoint": func(a arguments) (string, error) {
		n, err := ToInteger(a.float(0), Int32Type)
		return shown(int32(n), err)
	},
	"upper":   func(a arguments) (string, error) { return fails(ToUpper(a[0])) },
	"lower":   func(a arguments) (string, error) { return fails(ToLower(a[0])) },
	"toutc":   func(a arguments) (string, error) { return inZone(a, (*TimeZone).ToUTC) },
	"fromutc": func(a arguments) (string, error) { return inZone(a, (*TimeZone).FromUTC) },
}

func inZone(a arguments, convert func(*TimeZone, DateTime) (DateTime, error)) (string, error) {
	zone, err := FindTimeZone(a[0])
	if err != nil {
		return "", err
	}
	d, err := convert(zone, a.date(1, KindUnspecified))
	if err != nil {
		return "", err
	}
	return d.Format(nil, "o")
}

func randomNumbers(seed int32) (string, error) {
	r := NewSeededRandom(seed)
	var out []string
	for range 20 {
		out = append(out, itoa(int(r.Next())))
	}
	for _, next := range []func() (int32, error){
		func() (int32, error) { return r.NextBelow(10) },
		func() (int32, error) { return r.NextBetween(5, 9) },
		func() (int32, error) { return r.NextBetween(-1<<31, 1<<31-1) },
	} {
		n, err := next()
		if err != nil {
			return "", err
		}
		out = append(out, itoa(int(n)))
	}
	out = append(out, DoubleText(r.NextDouble())[:8])
	data := make([]byte, 3)
	r.NextBytes(data)
	dump, err := HexDump(nil, data)
	return fmt.Sprintf("%s,%s", strings.Join(out, ","), dump), err
}
