// Runs the cases whose numbers and contexts come on standard input, and prints for each a
// line "number<TAB>answer".
using System;
using System.Collections;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading;
using System.Xml.Linq;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace Gateway {
  // A result, with the static type of the expression where it has one.
  public struct Result {
    public Type Static; public object Value;
    public static Result Of<T>(T v) { return new Result { Static = typeof(T), Value = v }; }
    public static Result OfBlock(object v) { return new Result { Value = v }; }
  }

  static class Oracle {
    static void Main() {
      Thread.CurrentThread.CurrentCulture = CultureInfo.InvariantCulture;
      var output = new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(false));
      var input = new StreamReader(Console.OpenStandardInput(), Encoding.UTF8);
      var contexts = JObject.Load(new JsonTextReader(new StringReader(input.ReadLine())) { DateParseHandling = DateParseHandling.None });
      for (string line; (line = input.ReadLine()) != null; ) {
        var parts = line.Split(' ');
        output.Write(parts[0] + "\t" + InTime("Gateway.Cases.E" + parts[0], (JObject)contexts[parts[1]]) + "\n");
        output.Flush();
      }
    }

    static string InTime(string type, JObject context) {
      var answer = "!limit";
      var thread = new Thread(() => {
        Thread.CurrentThread.CurrentCulture = CultureInfo.InvariantCulture;
        answer = Answer(type, context);
      });
      thread.IsBackground = true;
      thread.Start();
      if (!thread.Join(2000)) thread.Abort();
      return answer;
    }

    static string Answer(string type, JObject context) {
      try {
        var eval = (Func<Context, Result>)Delegate.CreateDelegate(typeof(Func<Context, Result>), Type.GetType(type).GetMethod("Eval"));
        return Describe(eval(Contexts.Load(context)));
      } catch (Exception e) {
        return "!" + e.GetType().Name;
      }
    }

    static string Describe(Result r) {
      var stated = r.Static == null ? "" : Name(r.Static);
      if (r.Value == null) return stated == "" ? "null" : stated + " null";
      var type = Name(r.Value.GetType());
      if (r.Static != null && Nullable.GetUnderlyingType(r.Static) == r.Value.GetType()) type = stated;
      else if (stated != "" && stated != type) type = stated + ":" + type;
      return type + " " + Text(r.Value);
    }

    static string Name(Type t) {
      if (t.IsArray) return Name(t.GetElementType()) + "[]";
      if (t.IsGenericType && t.Name.Contains("AnonType")) return "Anonymous";
      if (!t.IsPublic && !t.IsNestedPublic) return "Hidden";
      var u = Nullable.GetUnderlyingType(t);
      if (u != null) return Name(u) + "?";
      if (!t.IsGenericType) return t.Name;
      return t.Name.Substring(0, t.Name.IndexOf('`') < 0 ? t.Name.Length : t.Name.IndexOf('`')) + "<" + string.Join(",", t.GetGenericArguments().Select(Name)) + ">";
    }

    static string Text(object v) {
      if (v == null) return "null";
      if (v is string) return Quote((string)v);
      if (v is char) return Quote(v.ToString());
      if (v is double) return "0d" + BitConverter.DoubleToInt64Bits((double)v).ToString("X16");
      if (v is float) return "0d" + BitConverter.DoubleToInt64Bits((double)(float)v).ToString("X16");
      if (v is DateTime) return ((DateTime)v).ToString("o") + " " + ((DateTime)v).Kind;
      if (v is DateTimeOffset) return ((DateTimeOffset)v).ToString("o");
      if (v is byte[]) return "0x" + string.Concat(((byte[])v).Select(b => b.ToString("x2")));
      if (v is JToken) return ((JToken)v).Type + " " + Quote(((JToken)v).ToString(Formatting.None));
      if (v is XNode) return Quote(((XNode)v).ToString(SaveOptions.DisableFormatting));
      if (v is DictionaryEntry) throw new NotSupportedException("DictionaryEntry");
      if (v is IEnumerable) return "[" + string.Join(", ", ((IEnumerable)v).Cast<object>().Select(Text)) + "]";
      var t = v.GetType();
      if (t.IsGenericType && t.GetGenericTypeDefinition() == typeof(KeyValuePair<,>))
        return "(" + Text(t.GetProperty("Key").GetValue(v, null)) + ": " + Text(t.GetProperty("Value").GetValue(v, null)) + ")";
      if (t.Name.Contains("AnonType"))
        return "{" + string.Join(", ", t.GetProperties().Select(p => p.Name + " = " + Text(p.GetValue(v, null)))) + "}";
      if (v is Exception) return Quote(((Exception)v).Message);
      if (t.IsPrimitive || v is decimal || v is Enum || v is Guid || v is TimeSpan) return v.ToString();
      return Quote(v.ToString());
    }

    static string Quote(string s) {
      var b = new StringBuilder("\"");
      for (var i = 0; i < s.Length; i++) {
        var c = s[i];
        if (c == '"' || c == '\\') b.Append('\\').Append(c);
        else if (c == '\n') b.Append("\\n");
        else if (c == '\r') b.Append("\\r");
        else if (c == '\t') b.Append("\\t");
        else if (c < ' ' || c == 0x7f || c == 0x85 || c == 0xfeff || c == 0x2028 || c == 0x2029 || c == 0xa0) b.Append("\\u" + ((int)c).ToString("x4"));
        else if (char.IsHighSurrogate(c) && i + 1 < s.Length && char.IsLowSurrogate(s[i + 1])) b.Append(c).Append(s[++i]);
        else if (char.IsSurrogate(c)) b.Append("\\u" + ((int)c).ToString("x4"));
        else b.Append(c);
      }
      return b.Append('"').ToString();
    }
  }
}
