/* The driver of the conformance suite for this client: `driver SOCKET`. */
#define _POSIX_C_SOURCE 200809L
#define QACD_IMPLEMENTATION
#include "../qacd.h"

static void write_value(struct qacd_buffer *out, const struct qacd_value *value) {
  const struct qacd_value *one;
  switch (value->type) {
    case QACD_NULL: qacd_add(out, "null"); break;
    case QACD_FALSE: qacd_add(out, "false"); break;
    case QACD_TRUE: qacd_add(out, "true"); break;
    case QACD_NUMBER: qacd_add(out, value->text); break;
    case QACD_STRING: qacd_add_string(out, value->text, value->length); break;
    default:
      qacd_add(out, value->type == QACD_ARRAY ? "[" : "{");
      for (one = qacd_first(value); one; one = one->next) {
        if (one != value->first) qacd_add(out, ",");
        if (one->name) {
          qacd_add_string(out, one->name, strlen(one->name));
          qacd_add(out, ":");
        }
        write_value(out, one);
      }
      qacd_add(out, value->type == QACD_ARRAY ? "]" : "}");
  }
}

static void write_outcome(struct qacd_buffer *out, const struct qacd_answer *answer) {
  static const char *const kinds[] = {"ok",          "refused", "timeout", "closed",
                                      "unavailable", "invalid", "toolong", "memory"};
  char number[64];
  if (answer->status == QACD_OK) {
    qacd_add(out, "{\"result\":");
    write_value(out, answer->result);
  } else {
    snprintf(number, sizeof number, ",\"code\":%d,\"retryable\":%s,\"message\":", answer->code,
             answer->retryable ? "true" : "false");
    qacd_add(out, "{\"error\":{\"kind\":\"");
    qacd_add(out, kinds[answer->status]);
    qacd_add(out, "\"");
    qacd_add(out, number);
    qacd_add_string(out, answer->message, strlen(answer->message));
    qacd_add(out, "}");
  }
  qacd_add(out, "}");
}

/* Whether `params` has no members but those of a helper, so that the helper can be tried. */
static int has_only(const struct qacd_value *params, const char *a, const char *b) {
  const struct qacd_value *one;
  for (one = qacd_first(params); one; one = one->next)
    if (strcmp(one->name, a) != 0 && strcmp(one->name, b) != 0 &&
        strcmp(one->name, "session") != 0 && strcmp(one->name, "thread") != 0 &&
        strcmp(one->name, "place") != 0)
      return 0;
  return 1;
}

static const char *text_or_null(const struct qacd_value *params, const char *name) {
  const struct qacd_value *value = qacd_get(params, name);
  return value ? qacd_text(value) : NULL;
}

static void call_one(struct qacd *client, const char *method, const struct qacd_value *params,
                     const char *text, int deadline, struct qacd_answer *answer) {
  struct qacd_origin origin;
  origin.session = text_or_null(params, "session");
  origin.thread = text_or_null(params, "thread");
  origin.place = text_or_null(params, "place");
  if (strcmp(method, "complete") == 0 && has_only(params, "prefix", "limit") &&
      qacd_number(qacd_get(params, "limit"), 1) > 0) {
    qacd_complete(client, &origin, qacd_text(qacd_get(params, "prefix")),
                  (int)qacd_number(qacd_get(params, "limit"), 0), deadline, answer);
  } else if (strcmp(method, "record") == 0 && has_only(params, "query", "query")) {
    qacd_record(client, &origin, qacd_text(qacd_get(params, "query")), deadline, answer);
  } else {
    qacd_call(client, method, text, deadline, answer);
  }
}

int main(int count_of_arguments, char **arguments) {
  struct qacd *client;
  char *line = NULL;
  size_t room = 0;
  ssize_t size;
  if (count_of_arguments != 2 || !(client = qacd_new(arguments[1]))) return 64;
  while ((size = getline(&line, &room, stdin)) > 0) {
    struct qacd_answer command, *answers;
    struct qacd_buffer out = {0}, *texts;
    const struct qacd_value *calls, *one;
    const char **methods, **params;
    size_t count = 0, i = 0;
    int deadline;
    if (qacd_parse(line, (size_t)size, &command) != QACD_OK) return 65;
    calls = qacd_get(command.result, "calls");
    deadline = (int)qacd_number(qacd_get(command.result, "deadline_ms"), 0);
    for (one = qacd_first(calls); one; one = one->next) count++;
    answers = calloc(count, sizeof *answers);
    texts = calloc(count, sizeof *texts);
    methods = calloc(count, sizeof *methods);
    params = calloc(count, sizeof *params);
    if (!answers || !texts || !methods || !params) return 71;
    for (one = qacd_first(calls); one; one = one->next, i++) {
      write_value(&texts[i], qacd_get(one, "params"));
      methods[i] = qacd_text(qacd_get(one, "method"));
      params[i] = texts[i].data;
    }
    if (count == 1)
      call_one(client, methods[0], qacd_get(qacd_first(calls), "params"), params[0], deadline,
               answers);
    else
      qacd_pipeline(client, count, methods, params, deadline, answers);
    qacd_add(&out, "[");
    for (i = 0; i < count; i++) {
      if (i > 0) qacd_add(&out, ",");
      write_outcome(&out, &answers[i]);
      qacd_answer_free(&answers[i]);
      qacd_buffer_free(&texts[i]);
    }
    qacd_add(&out, "]\n");
    fwrite(out.data, 1, out.size, stdout);
    fflush(stdout);
    qacd_buffer_free(&out);
    qacd_answer_free(&command);
    free(answers);
    free(texts);
    free(methods);
    free(params);
  }
  free(line);
  qacd_free(client);
  return 0;
}
