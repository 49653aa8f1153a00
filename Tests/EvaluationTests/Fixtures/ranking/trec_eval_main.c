/* A command line for the trec_eval 9.0.8 that the Python package pytrec-eval-terrier has inside its extension
   module: to make expectations and to measure time. It takes trec_eval's options q, c, n, J, l, M, N and m.

     pip install pytrec-eval-terrier
     cc -O2 -rdynamic trec_eval_main.c -o trec_eval -ldl
     TREC_EVAL_MODULE=…/site-packages/pytrec_eval_ext.*.so ./trec_eval -q qrels run */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What the module wants of Python when it is loaded; nothing of it is called. */
char PyExc_TypeError[64], PyFloat_Type[1024], PyLong_Type[1024], PySet_Type[1024], PyUnicode_Type[1024],
    PyDict_Type[1024], _Py_NoneStruct[64], PyExc_Exception[64], PyExc_RuntimeError[64], PyExc_ValueError[64];

/* The layouts of trec_eval's interface, as far as they are used. */
struct argument { char *name, *parameters; };
struct options {
  long query, summary, debug;
  char *debug_query;
  long relation, complete, judged_only, collection, level, limit;
  char *judgement_format, *result_format;
  long zscore;
  struct argument *arguments;
};
struct value { char *name; double number; };
struct figures { char *query; long queries; struct value *values; long count, capacity; };
struct results { char *query, *run, *format; void *list; };
struct all_results { long count, capacity; struct results *results; };
struct judgements { char *query, *format; void *list; };
struct all_judgements { long count, capacity; struct judgements *judgements; };
struct measure {
  char *name, *explanation;
  int (*init)(struct options *, struct measure *, struct figures *);
  int (*calculate)(const struct options *, const struct judgements *, const struct results *,
                   const struct measure *, struct figures *);
  int (*accumulate)(const struct options *, const struct measure *, const struct figures *, struct figures *);
  int (*average)(const struct options *, const struct measure *, const struct all_judgements *,
                 struct figures *);
  int (*print_query)(const struct options *, const struct measure *, const struct figures *);
  int (*print_all)(const struct options *, struct measure *, struct figures *);
  void *parameters;
  long place;
};
struct group { char *name, **members; };

static struct measure **measures;
static int measure_count;

static int mark(const char *name, struct group *groups, int group_count) {
  for (int g = 0; g < group_count; g++)
    if (!strcmp(groups[g].name, name)) {
      for (char **member = groups[g].members; *member; member++) mark(*member, groups, 0);
      return 1;
    }
  for (int m = 0; m < measure_count; m++)
    if (!strcmp(measures[m]->name, name)) {
      measures[m]->place = -2;
      return 1;
    }
  return 0;
}

int main(int argc, char **argv) {
  void *module = dlopen(getenv("TREC_EVAL_MODULE"), RTLD_LAZY);
  if (!module) return fprintf(stderr, "%s\n", dlerror()), 99;
  measures = dlsym(module, "te_trec_measures");
  measure_count = *(int *)dlsym(module, "te_num_trec_measures");
  struct group *groups = dlsym(module, "te_trec_measure_nicknames");
  int group_count = *(int *)dlsym(module, "te_num_trec_measure_nicknames");
  int (*read_judgements)(struct options *, char *, struct all_judgements *) = dlsym(module, "te_get_qrels");
  int (*read_results)(struct options *, char *, struct all_results *) = dlsym(module, "te_get_trec_results");

  struct argument arguments[argc + 1];
  int argument_count = 0, marked = 0, letter;
  struct options options = {.summary = 1, .relation = 1, .level = 1, .limit = LONG_MAX,
                            .judgement_format = "qrels", .result_format = "trec_results"};
  while ((letter = getopt(argc, argv, "qcnJl:M:N:m:")) != -1) {
    if (letter == 'q') options.query = 1;
    if (letter == 'c') options.complete = 1;
    if (letter == 'n') options.summary = 0;
    if (letter == 'J') options.judged_only = 1;
    if (letter == 'l') options.level = atol(optarg);
    if (letter == 'M') options.limit = atol(optarg);
    if (letter == 'N') options.collection = atol(optarg);
    if (letter == 'm') {
      char *point = strchr(optarg, '.');
      if (point) {
        *point = 0;
        if (!point[1]) return 1;
        arguments[argument_count++] = (struct argument){optarg, point + 1};
      }
      if (!mark(optarg, groups, group_count)) return fprintf(stderr, "illegal measure '%s'\n", optarg), 1;
      marked = 1;
    }
    if (letter == '?') return 1;
  }
  if (optind + 2 != argc) return 1;
  arguments[argument_count].name = NULL;
  options.arguments = arguments;
  struct all_judgements judged = {0};
  struct all_results run = {0};
  if (read_judgements(&options, argv[optind], &judged) < 0) return 2;
  if (read_results(&options, argv[optind + 1], &run) < 0) return 2;
  if (!marked) mark("official", groups, group_count);

  struct figures all = {"all", 0, NULL, 0, 0}, own;
  for (int m = 0; m < measure_count; m++)
    if (measures[m]->place == -2 && measures[m]->init(&options, measures[m], &all) < 0) return 2;
  own = all;
  own.values = malloc((all.count + 1) * sizeof(struct value));
  memcpy(own.values, all.values, all.count * sizeof(struct value));
  for (long r = 0; r < run.count; r++) {
    long j = 0;
    while (j < judged.count && strcmp(run.results[r].query, judged.judgements[j].query)) j++;
    if (j == judged.count) continue;
    for (long v = 0; v < own.count; v++) own.values[v].number = 0;
    own.query = run.results[r].query;
    for (int m = 0; m < measure_count; m++)
      if (measures[m]->place >= 0
          && measures[m]->calculate(&options, &judged.judgements[j], &run.results[r], measures[m], &own) < 0)
        return 4;
    for (int m = 0; m < measure_count; m++)
      if (measures[m]->place >= 0) {
        measures[m]->accumulate(&options, measures[m], &own, &all);
        if (options.query) measures[m]->print_query(&options, measures[m], &own);
      }
    all.queries++;
  }
  if (!all.queries) return 7;
  for (int m = 0; m < measure_count; m++)
    if (measures[m]->place >= 0) {
      measures[m]->average(&options, measures[m], &judged, &all);
      measures[m]->print_all(&options, measures[m], &all);
    }
  return 0;
}
